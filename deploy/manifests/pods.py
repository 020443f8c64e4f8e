"""What is demanded of each pod of ours: few rights, known needs, a word on how it is."""

from collections.abc import Iterator

from deploy.manifests.rendering import Json, Resources, named, of_kind, pods

LEAST_UID = 10_000
"""Below are users that a machine may have."""
WORK = {"api": "serve", "worker": "work", "migrate": "migrate"}


def containers(template: Json) -> Iterator[Json]:
    """All of a pod's, also those that come first."""
    yield from template["spec"].get("initContainers", ())
    yield from template["spec"]["containers"]


def run_as_nobody(resources: Resources) -> Iterator[str]:
    """Pod Security `restricted`, and stricter: a fixed user, a file system that is read only."""
    for resource, template in pods(resources):
        security = template["spec"].get("securityContext", {})
        if not security.get("runAsNonRoot") or security.get("runAsUser", 0) < LEAST_UID:
            yield f"{named(resource)} may run as root"
        if security.get("seccompProfile", {}).get("type") != "RuntimeDefault":
            yield f"{named(resource)} may make any system call"
        if any(template["spec"].get(key) for key in ("hostNetwork", "hostPID", "hostIPC")) or any(
            set(volume) & {"hostPath", "persistentVolumeClaim"}
            for volume in template["spec"].get("volumes", ())
        ):
            yield f"{named(resource)} shares the machine's own"
        for container in containers(template):
            own = container.get("securityContext", {})
            if own.get("allowPrivilegeEscalation") is not False or own.get("privileged"):
                yield f"{named(resource)} may gain rights"
            if own.get("runAsUser", LEAST_UID) < LEAST_UID or own.get("runAsNonRoot") is False:
                yield f"{named(resource)} may run as root"
            if own.get("capabilities", {}) != {"drop": ["ALL"]}:
                yield f"{named(resource)} has capabilities"
            if not own.get("readOnlyRootFilesystem"):
                yield f"{named(resource)} can write to its file system"
            if "/tmp" not in {each["mountPath"] for each in container.get("volumeMounts", ())}:  # noqa: S108
                yield f"{named(resource)} can write nowhere"


def hold_no_token(resources: Resources) -> Iterator[str]:
    """Nobody of ours speaks to Kubernetes."""
    for resource, template in pods(resources):
        if template["spec"].get("automountServiceAccountToken") is not False:
            yield f"{named(resource)} is given a token"
        service = template["metadata"]["labels"]["app.kubernetes.io/name"]
        if not template["spec"].get("serviceAccountName", "default").startswith(service):
            yield f"{named(resource)} shares an account"
    for account in of_kind(resources, "ServiceAccount"):
        if account.get("automountServiceAccountToken") is not False:
            yield f"{named(account)} hands out tokens"


def say_what_they_need(resources: Resources) -> Iterator[str]:
    """Memory has a limit; the processor has none, as a throttled process answers late."""
    for resource, template in pods(resources):
        for container in containers(template):
            needs = container.get("resources", {})
            asked, limits = needs.get("requests", {}), needs.get("limits", {})
            if not {"cpu", "memory"} <= asked.keys():
                yield f"{named(resource)} does not say what it needs"
            if "memory" not in limits:
                yield f"{named(resource)} has no limit of memory"
            elif bytes_of(limits["memory"]) < bytes_of(asked.get("memory", "0Mi")):
                yield f"{named(resource)} may have less than it needs"


def bytes_of(quantity: str | int) -> float:
    """Of memory, as Kubernetes reads it: `512Mi`, `1.5G`, a number of bytes."""
    text = str(quantity)
    number = text.rstrip("kKMGTi")
    unit = text[len(number) :]
    power = " KMGT".index(unit[0].upper()) if unit else 0
    return float(number) * float((1024 if unit.endswith("i") else 1000) ** power)


def say_how_they_are(resources: Resources) -> Iterator[str]:
    """Live asks the process alone, ready what it needs: a lost database restarts nobody."""
    for deployment in of_kind(resources, "Deployment"):
        for container in containers(deployment["spec"]["template"]):
            live, ready = (
                container.get(f"{probe}Probe", {}).get("httpGet", {}).get("path")
                for probe in ("liveness", "readiness")
            )
            ours = ("/health/live", "/health/ready")
            if (live, ready) not in {ours, ("/healthy", "/healthy")}:
                yield f"{named(deployment)} does not say how it is"
            if live == ours[0] and _patience(container.get("startupProbe", {})) < 300:
                yield f"{named(deployment)} is ended while it waits for its schema"


def _patience(probe: Json) -> int:
    seconds: int = probe.get("periodSeconds", 0) * probe.get("failureThreshold", 0)
    return seconds


def run_a_release(resources: Resources) -> Iterator[str]:
    """A tag that may become another image tomorrow is none."""
    for resource, template in pods(resources):
        for container in containers(template):
            name, _, tag = container["image"].rpartition("/")[2].partition(":")
            if not name or tag in {"", "latest"}:
                yield f"{named(resource)} runs any image"


def migrate_apart(resources: Resources) -> Iterator[str]:
    """A serving process never migrates, and only the Job does."""
    for resource, template in pods(resources):
        component = template["metadata"]["labels"].get("app.kubernetes.io/component")
        for container in containers(template):
            if component and container.get("args") != [WORK[component]]:
                yield f"{named(resource)} does something else than to {WORK[component]}"
        if "migrate" in str(template) and resource["kind"] != "Job":
            yield f"{named(resource)} migrates at its start"


def outlive_a_machine(resources: Resources) -> Iterator[str]:
    """One of each goes at a time, and they are spread; a worker has another that stands by."""
    budgets = list(of_kind(resources, "PodDisruptionBudget"))
    for deployment in of_kind(resources, "Deployment"):
        spec = deployment["spec"]
        labels = spec["template"]["metadata"]["labels"]
        if not any(selects(each["spec"]["selector"], labels) for each in budgets):
            yield f"{named(deployment)} may lose all its pods at once"
        spread = spec["template"]["spec"].get("topologySpreadConstraints", [])
        if {each["topologyKey"] for each in spread if selects(each["labelSelector"], labels)} != {
            "kubernetes.io/hostname",
            "topology.kubernetes.io/zone",
        }:
            yield f"{named(deployment)} may be on one machine alone"
        if labels.get("app.kubernetes.io/component") == "worker" and spec.get("replicas") != 2:
            yield f"{named(deployment)} is not one that works and one that stands by"


def selects(selector: Json, labels: Json) -> bool:
    """Whether a selector of labels fits."""
    return bool(selector.get("matchLabels", {}).items() <= labels.items()) and all(
        _fits(each, labels) for each in selector.get("matchExpressions", ())
    )


def _fits(expression: Json, labels: Json) -> bool:
    value = labels.get(expression["key"])
    match expression["operator"]:
        case "In":
            return value in expression["values"]
        case "NotIn":
            return value not in expression["values"]
        case "Exists":
            return value is not None
        case _:
            return value is None
