"""When something changes: a machine is emptied, a release rolls, load comes and goes."""

from collections.abc import Iterator

from deploy.manifests.pods import containers, selects
from deploy.manifests.reach import edges_wanted, places
from deploy.manifests.rendering import Json, Resources, named, of_kind, pods
from shared.messaging.topology import SERVICES

DRAIN = 30
"""Seconds in which a process that is told to end has ended."""
NAME, COMPONENT = "app.kubernetes.io/name", "app.kubernetes.io/component"


def machines_can_be_emptied(resources: Resources) -> Iterator[str]:
    """A budget is for pods that there are, and lets one go, also where there is only one."""
    labels = [dict(each.labels) for each in places(resources).values()]
    for budget in of_kind(resources, "PodDisruptionBudget"):
        if not any(selects(budget["spec"]["selector"], each) for each in labels):
            yield f"{named(budget)} is for nobody"
        if budget["spec"].get("maxUnavailable", 0) != 1:
            yield f"{named(budget)} does not let one pod go"
    for deployment in of_kind(resources, "Deployment"):
        spread = deployment["spec"]["template"]["spec"].get("topologySpreadConstraints", ())
        if any(each["whenUnsatisfiable"] != "ScheduleAnyway" for each in spread):
            yield f"{named(deployment)} finds no machine while one is emptied"


def only_apis_scale(resources: Resources) -> Iterator[str]:
    """A worker more would stand by (docs/decisions/0048); who is scaled does not say how many."""
    deployments = {each["metadata"]["name"]: each for each in of_kind(resources, "Deployment")}
    for each in of_kind(resources, "HorizontalPodAutoscaler"):
        scaled = deployments.get(each["spec"]["scaleTargetRef"]["name"])
        if not scaled:
            continue
        if scaled["spec"]["template"]["metadata"]["labels"].get(COMPONENT) != "api":
            yield f"{named(each)} scales {named(scaled)}, which does not get faster by it"
        if "replicas" in scaled["spec"]:
            yield f"{named(scaled)} says how many there are, and so does {named(each)}"
        if each["spec"].get("minReplicas", 1) > each["spec"]["maxReplicas"]:
            yield f"{named(each)} wants more than it allows"


def releases_roll(resources: Resources) -> Iterator[str]:
    """The new pod is ready before an old one goes; a service is of one release."""
    images: dict[str, set[str]] = {}
    for resource, template in pods(resources):
        labels = template["metadata"]["labels"]
        images.setdefault(labels[NAME], set()).update(
            container["image"] for container in containers(template)
        )
        if resource["kind"] == "Job":
            if template["spec"].get("restartPolicy") != "Never":
                yield f"{named(resource)} hides why it failed"
            continue
        if not selects(resource["spec"]["selector"], labels):
            yield f"{named(resource)} does not select its own pods"
        if resource["spec"].get("strategy", {}).get("rollingUpdate", {}).get("maxUnavailable") != 0:
            yield f"{named(resource)} goes before the new one is ready"
    for service, found in images.items():
        if len(found) != 1:
            yield f"{service} is of several releases: {sorted(found)}"
        for other in SERVICES:
            if other != service and any(f"parvis-{other}" in image for image in found):
                yield f"{service} runs the image of {other}"


def endings_are_awaited(resources: Resources) -> Iterator[str]:
    """Who is asked over HTTP goes only when nobody is sent there any more, and has time to end."""
    for deployment in of_kind(resources, "Deployment"):
        pod = deployment["spec"]["template"]["spec"]
        for container in pod["containers"]:
            before = container.get("lifecycle", {}).get("preStop", {})
            if not before:
                yield f"{named(deployment)} goes while it is still asked"
            waited = before.get("sleep", {}).get("seconds", 0)
            if pod.get("terminationGracePeriodSeconds", DRAIN) < waited + DRAIN:
                yield f"{named(deployment)} is killed before it has ended"


def ports_are_named_alike(resources: Resources) -> Iterator[str]:
    """Probes ask a port that the container has, gateway and Ingress one that the Service has."""
    for resource, template in pods(resources):
        for container in containers(template):
            there = {each["name"] for each in container.get("ports", ())}
            probes = (
                container.get(f"{each}Probe", {}) for each in ("startup", "liveness", "readiness")
            )
            for probe in filter(None, probes):
                if probe.get("httpGet", {}).get("port") not in there:
                    yield f"{named(resource)} is asked how it is on a port that it has not"
    services = {each["metadata"]["name"]: each for each in of_kind(resources, "Service")}
    for sender, name, number in edges_wanted(resources):
        if sender == "gateway" and number not in _numbers(services.get(name, {})):
            yield f"gateway asks {name} on {number}, which the Service has not"
    for ingress in of_kind(resources, "Ingress"):
        if {rule.get("host") for rule in ingress["spec"]["rules"]} != _hosts_of_tls(ingress):
            yield f"{named(ingress)} answers in the clear"
        for rule in ingress["spec"]["rules"]:
            for path in rule["http"]["paths"]:
                wanted = path["backend"]["service"]
                ports = services.get(wanted["name"], {}).get("spec", {}).get("ports", ())
                if wanted["port"].get("name") not in {each["name"] for each in ports}:
                    yield f"{named(ingress)} asks a port that the Service has not"


def _numbers(service: Json) -> set[int]:
    return {each["port"] for each in service.get("spec", {}).get("ports", ())}


def _hosts_of_tls(ingress: Json) -> set[str]:
    return {host for tls in ingress["spec"].get("tls", ()) for host in tls.get("hosts", ())}
