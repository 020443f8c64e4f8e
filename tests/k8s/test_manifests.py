"""The overlays hold; and each rule that says so notices the mistake that it is there for."""

import os
from pathlib import Path

import pytest
import yaml

from deploy.manifests.__main__ import complaints
from deploy.manifests.rendering import K8S, OVERLAYS, rendered
from tests.k8s.park import Mistake, container, find, notices, pod, spec, without


@pytest.mark.usefixtures("published_schemas")
def test_nothing_is_wrong_with_any_overlay() -> None:
    assert list(complaints()) == []


MISTAKES: dict[str, tuple[Mistake, str]] = {
    "an unknown field": (
        lambda park: pod(park).update(automountToken=False),
        "automountToken",
    ),
    "an unknown field of a binding": (
        lambda park: find(park, "Binding", "access.inbox-booking.confirmed.v1")["spec"].update(
            routing_key="booking.#"
        ),
        "routing_key",
    ),
    "no limit": (lambda park: container(park)["resources"].pop("limits"), "no limit of memory"),
    "no needs": (lambda park: container(park)["resources"].pop("requests"), "what it needs"),
    "root": (lambda park: pod(park)["securityContext"].update(runAsUser=0), "run as root"),
    "root after all": (
        lambda park: container(park)["securityContext"].update(runAsUser=0),
        "run as root",
    ),
    "root of a job": (
        lambda park: pod(park, "booking-migrate", "Job").pop("securityContext"),
        "run as root",
    ),
    "any system call": (
        lambda park: pod(park)["securityContext"].pop("seccompProfile"),
        "any system call",
    ),
    "the machine's network": (lambda park: pod(park).update(hostNetwork=True), "machine's own"),
    "more rights": (
        lambda park: container(park)["securityContext"].pop("allowPrivilegeEscalation"),
        "may gain rights",
    ),
    "a capability": (
        lambda park: container(park)["securityContext"]["capabilities"].update(add=["NET_RAW"]),
        "has capabilities",
    ),
    "a file system to write to": (
        lambda park: container(park)["securityContext"].pop("readOnlyRootFilesystem"),
        "write to its file system",
    ),
    "a token for a pod": (
        lambda park: pod(park).update(automountServiceAccountToken=True),
        "is given a token",
    ),
    "a token for an account": (
        lambda park: find(park, "ServiceAccount", "booking-account").pop(
            "automountServiceAccountToken"
        ),
        "hands out tokens",
    ),
    "everybody's account": (lambda park: pod(park).pop("serviceAccountName"), "shares an account"),
    "no word on how it is": (
        lambda park: container(park).pop("readinessProbe"),
        "does not say how it is",
    ),
    "ended for its database": (
        lambda park: container(park)["livenessProbe"]["httpGet"].update(path="/health/ready"),
        "does not say how it is",
    ),
    "no patience at the start": (
        lambda park: container(park)["startupProbe"].update(failureThreshold=10),
        "ended while it waits",
    ),
    "any image": (
        lambda park: container(park).update(image="parvis-booking:latest"),
        "any image",
    ),
    "migration in a serving process": (
        lambda park: pod(park).update(
            initContainers=[{**container(park), "name": "first", "args": ["migrate"]}]
        ),
        "migrates at its start",
    ),
    "all gone at once": (
        lambda park: without(park, "PodDisruptionBudget", "booking-worker"),
        "all its pods at once",
    ),
    "all on one machine": (
        lambda park: pod(park).pop("topologySpreadConstraints"),
        "one machine alone",
    ),
    "no stand-by": (
        lambda park: spec(park, "Deployment", "booking-worker").update(replicas=1),
        "stands by",
    ),
    "a configuration that is not there": (
        lambda park: container(park)["envFrom"][0]["configMapRef"].update(name="places"),
        "which is not there",
    ),
    "a service that leads nowhere": (
        lambda park: spec(park, "Service", "booking-api")["selector"].update(tier="web"),
        "leads nowhere",
    ),
    "a secret": (
        lambda park: park.append({**find(park, "Service", "gateway"), "kind": "Secret"}),
        "is committed",
    ),
    "a password": (
        lambda park: container(park)["env"].append(
            {"name": "PARVIS_AMQP_URL", "value": "amqp://booking:secret@rabbitmq/parvis"}
        ),
        "holds a password",
    ),
    "a key too few": (
        lambda park: pod(park, "visitors-worker")["volumes"][1]["secret"]["items"].pop(),
        "other keys than visitors reads",
    ),
    "a setting that nobody knows": (
        lambda park: container(park)["env"].append({"name": "PARVIS_ISSUER", "value": "https://x"}),
        "PARVIS_ISSUER, which nobody knows",
    ),
    "a setting that is missing": (
        lambda park: pod(park)["volumes"][2]["projected"]["sources"].pop(0),
        "not told PARVIS_DATABASE_URL",
    ),
    "too few connections": (
        lambda park: spec(park, "HorizontalPodAutoscaler", "booking-api").update(maxReplicas=20),
        "may come",
    ),
    "more connections for each process": (
        lambda park: next(each for each in park if each["metadata"]["name"].startswith("place-"))[
            "data"
        ].update(PARVIS_DATABASE_POOL="40"),
        "may come",
    ),
    "a namespace for any pod": (
        lambda park: find(park, "Namespace", "parvis")["metadata"].pop("labels"),
        "takes any pod",
    ),
    "an edge without a policy": (
        lambda park: without(park, "NetworkPolicy", "booking-worker-to-rabbitmq-out"),
        "booking-worker does not reach rabbitmq on 5672",
    ),
    "an edge closed at its other end": (
        lambda park: without(park, "NetworkPolicy", "booking-api-to-booking-db-in"),
        "booking-api does not reach booking-db on 5432",
    ),
    "a policy without an edge": (
        lambda park: (
            spec(park, "NetworkPolicy", "access-api-to-access-db-in")["podSelector"].clear(),
            spec(park, "NetworkPolicy", "access-api-to-access-db-out")["egress"][0].update(
                to=[{"podSelector": {}}]
            ),
        ),
        "access-api reaches booking-db on 5432, and has no business there",
    ),
    "no way to send mail": (
        lambda park: without(park, "NetworkPolicy", "visitors-worker-to-world-out"),
        "visitors-worker does not reach the outside",
    ),
    "a way out that nobody needs": (
        lambda park: spec(park, "NetworkPolicy", "visitors-worker-to-world-out").update(
            podSelector={}
        ),
        "booking-worker reaches the outside",
    ),
    "the secrets of the machine": (
        lambda park: spec(park, "NetworkPolicy", "booking-api-to-world-out")["egress"][0]["to"][0][
            "ipBlock"
        ].pop("except"),
        "secrets of its machine",
    ),
    "streams that brokers cannot copy": (
        lambda park: spec(park, "NetworkPolicy", "rabbitmq-to-rabbitmq-in")["ingress"][0][
            "ports"
        ].pop(),
        "rabbitmq does not reach rabbitmq on 6000",
    ),
    "no databases' numbers": (
        lambda park: without(park, "NetworkPolicy", "monitoring-to-booking-db-in"),
        "monitoring does not reach booking-db on 9187",
    ),
    "nobody to ask for names": (
        lambda park: without(park, "NetworkPolicy", "names"),
        "ask for names",
    ),
    "a process that nobody watches": (
        lambda park: spec(park, "PodMonitor", "parvis")["selector"]["matchExpressions"][1].update(
            values=["api"]
        ),
        "Deployment booking-worker is scraped 0 times",
    ),
    "numbers that alerts pass over": (
        lambda park: spec(park, "PodMonitor", "parvis")["podMetricsEndpoints"][0][
            "relabelings"
        ].pop(),
        "without the labels that alerts go by",
    ),
    "a database that nobody watches": (
        lambda park: without(park, "PodMonitor", "databases"),
        "Cluster booking-db is scraped 0 times",
    ),
    "who shows nothing": (
        lambda park: spec(park, "PodMonitor", "parvis").update(selector={}),
        "Deployment gateway is scraped, and shows nothing",
    ),
    "everything open": (
        lambda park: park.append(
            {
                **find(park, "NetworkPolicy", "nothing"),
                "spec": {"podSelector": {}, "egress": [{}], "policyTypes": ["Egress"]},
            }
        ),
        "booking-api reaches the secrets of its machine",
    ),
    "everybody let in": (
        lambda park: spec(park, "NetworkPolicy", "monitoring-to-booking-db-in")["ingress"][
            0
        ].update({"from": [{"namespaceSelector": {}}], "ports": [{"port": 1, "endPort": 65535}]}),
        "of-somebody-else reaches booking-db on 5432, and has no business there",
    ),
    "nothing closed": (
        lambda park: without(park, "NetworkPolicy", "nothing"),
        "No NetworkPolicy closes everything",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_noticed(mistake: str) -> None:
    assert notices(*MISTAKES[mistake])


@pytest.mark.usefixtures("published_schemas")
def test_a_small_park_takes_every_component(tmp_path: Path) -> None:
    (tmp_path / "kustomization.yaml").write_text(
        yaml.safe_dump(
            {
                "resources": [os.path.relpath(K8S / "overlays/single-node", tmp_path)],
                "components": [
                    os.path.relpath(each, tmp_path) for each in (K8S / "components").iterdir()
                ],
                "namespace": "parvis",
            }
        )
    )
    kinds = {each["kind"] for each in rendered(tmp_path)}
    assert {"PodMonitor", "PrometheusRule", "ObjectStore"} <= kinds
    assert list(complaints([tmp_path])) == []


def test_every_overlay_is_tested() -> None:
    assert set(OVERLAYS) == {"single-node", "production"}
