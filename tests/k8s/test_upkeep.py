"""What would show only in a cluster, days later: each mistake is noticed before."""

from copy import deepcopy

import pytest

from deploy.manifests.pods import bytes_of
from deploy.manifests.rendering import Json, of_kind, overlay, pods
from tests.k8s.park import Mistake, Park, container, notices, pod, spec, told, without


def mounted(park: Park, name: str, place: int) -> Json:
    found: Json = pod(park, name)["volumes"][2]["projected"]["sources"][place]["secret"]
    return found


def told_of(park: Park, variable: str) -> Json:
    return next(each for each in container(park)["env"] if each["name"] == variable)


MISTAKES: dict[str, tuple[Mistake, str]] = {
    "a key that the operator does not make": (
        lambda park: mounted(park, "booking-api", 0)["items"][0].update(key="url"),
        "looks for ['url'] in the Secret booking-db-app",
    ),
    "a secret that nobody makes": (
        lambda park: mounted(park, "booking-worker", 1).update(name="booking-brokers"),
        "booking-brokers, which nobody makes",
    ),
    "another's broker user": (
        lambda park: mounted(park, "booking-worker", 1).update(name="access-broker"),
        "Secret access-broker of somebody else",
    ),
    "a secret of the topology that nobody makes": (
        lambda park: spec(park, "User", "booking")["importCredentialsSecret"].update(name="amqp"),
        "User booking names the Secret amqp",
    ),
    "a secret in the environment": (
        lambda park: container(park)["env"].append(
            {
                "name": "PARVIS_AMQP_URL",
                "valueFrom": {"secretKeyRef": {"name": "booking-broker", "key": "url"}},
            }
        ),
        "has a secret in its environment",
    ),
    "all of a secret in the environment": (
        lambda park: container(park)["envFrom"].append({"secretRef": {"name": "booking-broker"}}),
        "has a secret in its environment",
    ),
    "another's program": (
        lambda park: [
            pod(park, f"booking-{each}", kind)["containers"][0].update(
                image="x/parvis-access@sha256:1"
            )
            for each, kind in (("api", "Deployment"), ("worker", "Deployment"), ("migrate", "Job"))
        ],
        "booking runs the image of access",
    ),
    "a file of a secret that stays as it is": (
        lambda park: container(park)["volumeMounts"][2].update(subPath="parvis_database_url"),
        "keeps a file of a secret that is renewed",
    ),
    "secrets elsewhere": (
        lambda park: told_of(park, "PARVIS_SECRETS_DIR").update(value="/run/secrets"),
        "looks for its secrets where they are not",
    ),
    "keys elsewhere": (
        lambda park: told_of(park, "PARVIS_KEYS_DIR").update(value="/key"),
        "looks for its keys where they are not",
    ),
    "a volume that is not mounted": (
        lambda park: container(park)["volumeMounts"].pop(2),
        "mounts other volumes than it has",
    ),
    "secrets that only root reads": (
        lambda park: pod(park)["securityContext"].pop("fsGroup"),
        "cannot read its secrets",
    ),
    "nowhere to write": (
        lambda park: container(park)["volumeMounts"].pop(0),
        "can write nowhere",
    ),
    "a folder of the machine": (
        lambda park: pod(park)["volumes"].append({"name": "all", "hostPath": {"path": "/"}}),
        "shares the machine's own",
    ),
    "another's account": (
        lambda park: pod(park).update(serviceAccountName="gateway"),
        "shares an account",
    ),
    "less than it needs": (
        lambda park: container(park)["resources"]["limits"].update(memory="64Mi"),
        "may have less than it needs",
    ),
    "a worker that scales": (
        lambda park: spec(park, "HorizontalPodAutoscaler", "booking-api")["scaleTargetRef"].update(
            name="booking-worker"
        ),
        "does not get faster by it",
    ),
    "two who say how many": (
        lambda park: spec(park, "Deployment", "booking-api").update(replicas=2),
        "says how many there are, and so does",
    ),
    "more at the least than at the most": (
        lambda park: spec(park, "HorizontalPodAutoscaler", "booking-api").update(minReplicas=9),
        "wants more than it allows",
    ),
    "a budget that lets nobody go": (
        lambda park: spec(park, "PodDisruptionBudget", "booking-worker").update(maxUnavailable=0),
        "does not let one pod go",
    ),
    "a budget for nobody": (
        lambda park: spec(park, "PodDisruptionBudget", "rabbitmq")["selector"].update(
            matchLabels={"app.kubernetes.io/name": "rabbit"}
        ),
        "PodDisruptionBudget rabbitmq is for nobody",
    ),
    "a pod that insists on a machine of its own": (
        lambda park: pod(park)["topologySpreadConstraints"][0].update(
            whenUnsatisfiable="DoNotSchedule"
        ),
        "finds no machine",
    ),
    "both workers away": (
        lambda park: spec(park, "Deployment", "booking-worker").update(
            strategy={"type": "Recreate"}
        ),
        "goes before the new one is ready",
    ),
    "a service of two releases": (
        lambda park: container(park, "booking-worker").update(image="parvis-booking:0.0.9"),
        "booking is of several releases",
    ),
    "pods of another's": (
        lambda park: spec(park, "Deployment", "booking-api")["selector"]["matchLabels"].update(
            {"app.kubernetes.io/component": "web"}
        ),
        "does not select its own pods",
    ),
    "a migration that starts again and again": (
        lambda park: pod(park, "booking-migrate", "Job").update(restartPolicy="OnFailure"),
        "hides why it failed",
    ),
    "gone while it is asked": (
        lambda park: container(park).pop("lifecycle"),
        "goes while it is still asked",
    ),
    "killed in a reaction": (
        lambda park: pod(park, "booking-worker").update(terminationGracePeriodSeconds=30),
        "is killed before it has ended",
    ),
    "a probe of another port": (
        lambda park: container(park)["readinessProbe"]["httpGet"].update(port=8080),
        "on a port that it has not",
    ),
    "a service on another port": (
        lambda park: spec(park, "Service", "booking-api")["ports"][0].update(port=80),
        "gateway asks booking-api on 8000",
    ),
    "an Ingress for another port": (
        lambda park: spec(park, "Ingress", "gateway")["rules"][0]["http"]["paths"][0]["backend"][
            "service"
        ]["port"].update(name="web"),
        "asks a port that the Service has not",
    ),
    "an Ingress in the clear": (
        lambda park: spec(park, "Ingress", "gateway").pop("tls"),
        "answers in the clear",
    ),
    "any broker": (
        lambda park: spec(park, "RabbitmqCluster", "rabbitmq").update(image="rabbitmq:latest"),
        "RabbitmqCluster rabbitmq runs any image",
    ),
    "any database": (
        lambda park: spec(park, "Cluster", "booking-db").update(imageName="postgresql"),
        "Cluster booking-db runs any image",
    ),
    "copies that are never had": (
        lambda park: spec(park, "Cluster", "booking-db")["postgresql"]["synchronous"].update(
            number=3
        ),
        "waits for 3 copies, and never has them",
    ),
    "a commit on one machine": (
        lambda park: spec(park, "Cluster", "booking-db")["postgresql"].pop("synchronous"),
        "loses what it has answered",
    ),
    "copies on one machine": (
        lambda park: spec(park, "Cluster", "booking-db")["affinity"].update(
            podAntiAffinityType="preferred"
        ),
        "Cluster booking-db may have all copies on one machine",
    ),
    "brokers on one machine": (
        lambda park: spec(park, "RabbitmqCluster", "rabbitmq").pop("affinity"),
        "RabbitmqCluster rabbitmq may have all copies on one machine",
    ),
    "a database without a copy elsewhere": (
        lambda park: without(park, "ScheduledBackup", "booking-db"),
        "booking-db is not backed up",
    ),
    "a backup each minute": (
        lambda park: spec(park, "ScheduledBackup", "booking-db").update(schedule="0 1 * * *"),
        "seconds come first",
    ),
    "a store that is not there": (
        lambda park: spec(park, "Cluster", "booking-db")["plugins"][0]["parameters"].update(
            barmanObjectName="backup"
        ),
        "keeps its log nowhere",
    ),
    "the right to say anything": (
        lambda park: spec(park, "TopicPermission", "booking")["permissions"].update(write=".*"),
        "TopicPermission booking is not what the code says",
    ),
    "a user without a right": (
        lambda park: without(park, "Permission", "booking"),
        "Permission booking is not what the code says",
    ),
    "a queue elsewhere": (
        lambda park: spec(park, "Queue", "booking.inbox")["rabbitmqClusterReference"].update(
            name="rabbit"
        ),
        "Queue booking.inbox is not what the code says",
    ),
    "no virtual host": (
        lambda park: spec(park, "RabbitmqCluster", "rabbitmq")["rabbitmq"].update(
            additionalConfig="default_vhost = park"
        ),
        "has no virtual host parvis",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_noticed(mistake: str) -> None:
    assert notices(*MISTAKES[mistake])


@pytest.mark.parametrize(
    ("quantity", "wanted"),
    [("64Mi", 64 * 2**20), ("1.5Gi", 1.5 * 2**30), ("2G", 2e9), ("500k", 5e5), (1024, 1024)],
)
def test_memory_is_read_as_kubernetes_reads_it(quantity: str | int, wanted: float) -> None:
    assert bytes_of(quantity) == wanted


def test_images_may_be_named_and_fixed_as_a_registry_has_them() -> None:
    park = [deepcopy(each) for each in overlay("production")]
    for each, template in pods(park):
        if each["metadata"]["name"].startswith("booking"):
            template["spec"]["containers"][0]["image"] = "registry.example/park/rooms@sha256:0a1b"
    assert told(park) == []


def test_a_single_machine_is_enough_for_the_small_park() -> None:
    park = overlay("single-node")
    assert {each["spec"]["instances"] for each in of_kind(park, "Cluster")} == {1}
    assert {each["spec"]["replicas"] for each in of_kind(park, "RabbitmqCluster")} == {1}
    assert not any(template["spec"].get("affinity") for _, template in pods(park))
