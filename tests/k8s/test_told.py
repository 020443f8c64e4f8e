"""What pods are told is what their programs understand."""

import re
from pathlib import Path

import pytest

from deploy.manifests.rendering import OVERLAYS, Json, of_kind, overlay, pods
from deploy.services import service
from shared.messaging.topology import SERVICES
from shared.settings import load

SECRETS = {
    "parvis_database_url": "postgresql://booking:secret@booking-db-rw.parvis:5432/booking",
    "parvis_amqp_url": "amqp://booking:secret@rabbitmq:5672/parvis",
    "parvis_smtp_url": "smtps://parvis:secret@mail.example",
}


def environment(place: str, pod: Json) -> dict[str, str]:
    """A container's, as Kubernetes makes it: what is set for the place, then its own."""
    container = pod["spec"]["containers"][0]
    config = {
        each["metadata"]["name"]: each["data"] for each in of_kind(overlay(place), "ConfigMap")
    }
    made: dict[str, str] = dict(config[container["envFrom"][0]["configMapRef"]["name"]])
    for each in container["env"]:
        made[each["name"]] = re.sub(r"\$\((\w+)\)", lambda name: made[name[1]], each["value"])
    return made


@pytest.mark.parametrize("place", OVERLAYS)
@pytest.mark.parametrize("component", ["api", "worker", "migrate"])
@pytest.mark.parametrize("name", SERVICES)
def test_a_process_understands_what_it_is_told(
    place: str, component: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {each["metadata"]["name"]: pod for each, pod in pods(overlay(place))}
    pod = found[f"{name}-{component}"]
    given = environment(place, pod)
    for variable, value in given.items():
        monkeypatch.setenv(variable, value)
    monkeypatch.setenv("HOST", "0.0.0.0")  # as in the image
    monkeypatch.setenv("PARVIS_SECRETS_DIR", str(tmp_path))
    for source in pod["spec"]["volumes"][2]["projected"]["sources"]:
        for item in source["secret"]["items"]:
            (tmp_path / item["path"]).write_text(SECRETS[item["path"]])
    settings = load(service(name).settings)
    mounts = {
        each["name"]: each["mountPath"] for each in pod["spec"]["containers"][0]["volumeMounts"]
    }
    assert settings.base_url == f"https://park.example/{name}"
    assert str(settings.keys_dir) == mounts["keys"]
    assert given["PARVIS_SECRETS_DIR"] == mounts["secrets"]
    assert (settings.amqp_url is not None) == (component == "worker")
