"""What the Topology Operator is given is what the services speak and hear, and no more."""

from pathlib import Path

import pytest

from deploy.broker import names_of, rights_of
from deploy.manifests.derived import DERIVED
from deploy.manifests.rendering import OVERLAYS, Json, of_kind, overlay
from shared.messaging.rabbit_topology import inbox_arguments
from shared.messaging.settings import MessagingSettings
from shared.messaging.topology import SERVICES, bindings_of, queue_of


@pytest.mark.parametrize("path", DERIVED, ids=lambda path: path.name)
def test_what_is_derived_is_what_the_code_says(path: Path) -> None:
    assert path.read_text() == DERIVED[path](), "run python -m deploy.manifests write"


def specs(name: str, kind: str) -> list[Json]:
    return [each["spec"] for each in of_kind(overlay(name), kind)]


@pytest.mark.parametrize("place", OVERLAYS)
def test_each_service_hears_all_that_it_reads(place: str) -> None:
    there = {
        (each["source"], each["destination"], each.get("routingKey"))
        for each in specs(place, "Binding")
    }
    for service in SERVICES:
        for exchange, name in bindings_of(service):
            assert (exchange, queue_of(service), name) in there


@pytest.mark.parametrize("place", OVERLAYS)
def test_each_user_has_the_rights_of_its_service_and_no_others(place: str) -> None:
    for kind, wanted in (("Permission", rights_of), ("TopicPermission", names_of)):
        given = specs(place, kind)
        assert [each["userReference"]["name"] for each in given] == sorted(SERVICES)
        for each in given:
            user = each["userReference"]["name"]
            assert {**each["permissions"], "vhost": each["vhost"], "user": user} == wanted(user)
    assert {each["importCredentialsSecret"]["name"] for each in specs(place, "User")} == {
        f"{service}-broker" for service in SERVICES
    }


@pytest.mark.parametrize("place", OVERLAYS)
def test_an_inbox_is_declared_as_its_service_would(place: str) -> None:
    queues = {each["name"]: each for each in specs(place, "Queue")}
    for service in SERVICES:
        queue = queues[queue_of(service)]
        assert {"x-queue-type": queue["type"], **queue["arguments"]} == inbox_arguments(
            service, settings=MessagingSettings()
        )


@pytest.mark.parametrize("place", OVERLAYS)
def test_no_two_resources_share_a_name(place: str) -> None:
    names = [(each["kind"], each["metadata"]["name"]) for each in overlay(place)]
    assert len(names) == len(set(names))
