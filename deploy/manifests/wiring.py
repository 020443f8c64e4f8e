"""Whether the resources fit together: what is named exists, and what the code wants is given."""

import re
from collections.abc import Iterator

from pydantic_settings import BaseSettings

from deploy.manifests.pods import containers, selects
from deploy.manifests.rendering import Json, Resources, named, of_kind, pods
from deploy.services import all_services
from shared.database import OVERFLOW
from shared.messaging.settings import MessagingSettings

NOT_OF_SETTINGS = {"PARVIS_SECRETS_DIR", "PARVIS_ADDRESS"}
"""Where settings are, and what some are made of."""
POOL = 10
"""`PARVIS_DATABASE_POOL` as it is by itself."""
OF_RELAY = 2
SPARE = 20
"""Connections for PostgreSQL's operator, its replicas, and a person who looks."""


def names_are_known(resources: Resources) -> Iterator[str]:
    """What a pod, an Ingress or an autoscaler names is there."""
    there = {(each["kind"], each["metadata"]["name"]) for each in resources}
    for each in resources:
        for kind, name in _named_by(each):
            if (kind, name) not in there:
                yield f"{named(each)} names the {kind} {name}, which is not there"


def _named_by(each: Json) -> Iterator[tuple[str, str]]:
    spec = each.get("spec", {})
    match each["kind"]:
        case "Deployment" | "Job":
            pod = spec["template"]["spec"]
            yield "ServiceAccount", pod.get("serviceAccountName", "default")
            for volume in pod.get("volumes", ()):
                if "configMap" in volume:
                    yield "ConfigMap", volume["configMap"]["name"]
            for container in containers(spec["template"]):
                for source in container.get("envFrom", ()):
                    if "configMapRef" in source:
                        yield "ConfigMap", source["configMapRef"]["name"]
        case "Ingress":
            for rule in spec["rules"]:
                for path in rule["http"]["paths"]:
                    yield "Service", path["backend"]["service"]["name"]
        case "HorizontalPodAutoscaler":
            yield spec["scaleTargetRef"]["kind"], spec["scaleTargetRef"]["name"]
        case "ScheduledBackup":
            yield "Cluster", spec["cluster"]["name"]


def services_find_pods(resources: Resources) -> Iterator[str]:
    """A Service, a budget and an autoscaler stand for pods that there are."""
    for each in of_kind(resources, "Service"):
        wanted = {port["targetPort"] for port in each["spec"]["ports"]}
        found = [
            {port["name"] for container in containers(pod) for port in container.get("ports", ())}
            for _, pod in pods(resources)
            if selects({"matchLabels": each["spec"]["selector"]}, pod["metadata"]["labels"])
        ]
        if not any(wanted <= ports for ports in found):
            yield f"{named(each)} leads nowhere"


def secrets_are_elsewhere(resources: Resources) -> Iterator[str]:
    """By reference only: neither a Secret nor a password is among what is committed."""
    for each in resources:
        if each["kind"] == "Secret":
            yield f"{named(each)} is committed"
        if re.search(r"://[^/\s:@]*:[^/\s@]+@|BEGIN [A-Z ]*PRIVATE KEY", str(each)):
            yield f"{named(each)} holds a password or a key"


def keys_are_mounted(resources: Resources) -> Iterator[str]:
    """Each process finds the keys that its service reads."""
    wanted = {each.name: {f"{key}.key" for key in each.keys} for each in all_services()}
    for resource, template in pods(resources):
        service = template["metadata"]["labels"]["app.kubernetes.io/name"]
        volumes = template["spec"].get("volumes", ())
        given = {
            item["path"]
            for volume in volumes
            if volume["name"] == "keys"
            for item in volume.get("secret", {}).get("items", ())
        }
        if given != wanted.get(service, set()):
            yield f"{named(resource)} is given other keys than {service} reads"


def settings_are_known(resources: Resources) -> Iterator[str]:
    """One that no service knows would be passed over in silence; one that is missing ends it."""
    services = {each.name: each for each in all_services()}
    known = {
        name
        for service in services.values()
        for settings in (service.settings, MessagingSettings)
        for name in _names_of(settings)
    }
    config = {
        each["metadata"]["name"]: each.get("data", {}) for each in of_kind(resources, "ConfigMap")
    }
    for resource, template in pods(resources):
        service = services.get(template["metadata"]["labels"]["app.kubernetes.io/name"])
        if not service:
            continue
        given = set(_given_to(template, config))
        for name in sorted(given - known - NOT_OF_SETTINGS):
            yield f"{named(resource)} is told {name}, which nobody knows"
        for name, field in service.settings.model_fields.items():
            if field.is_required() and f"PARVIS_{name.upper()}" not in given:
                yield f"{named(resource)} is not told PARVIS_{name.upper()}"


def _names_of(settings: type[BaseSettings]) -> Iterator[str]:
    prefix = settings.model_config.get("env_prefix", "")
    return (f"{prefix}{name.upper()}" for name in settings.model_fields)


def _given_to(template: Json, config: dict[str, Json]) -> Iterator[str]:
    for container in containers(template):
        for source in container.get("envFrom", ()):
            yield from config.get(source.get("configMapRef", {}).get("name", ""), ())
        yield from (each["name"] for each in container.get("env", ()))
    for volume in template["spec"].get("volumes", ()):
        for source in volume.get("projected", {}).get("sources", ()):
            items = source.get("secret", {}).get("items", ())
            yield from (item["path"].upper() for item in items)


def connections_suffice(resources: Resources) -> Iterator[str]:
    """A database takes as many as all processes of its service may open, at the most."""
    many = {
        each["spec"]["scaleTargetRef"]["name"]: each["spec"]["maxReplicas"]
        for each in of_kind(resources, "HorizontalPodAutoscaler")
    }
    places = (each.get("data", {}) for each in of_kind(resources, "ConfigMap"))
    pool = max(int(each.get("PARVIS_DATABASE_POOL", POOL)) for each in places)
    for cluster in of_kind(resources, "Cluster"):
        limit = int(cluster["spec"]["postgresql"]["parameters"]["max_connections"])
        service = cluster["metadata"]["name"].removesuffix("-db")
        surge = 1
        serving = (many.get(f"{service}-api", 1) + surge) * (pool + OVERFLOW)
        working = (2 + surge) * (pool + OVERFLOW + OF_RELAY)
        if (may_come := serving + working + SPARE) > limit:
            yield f"{named(cluster)} takes {limit} connections, {may_come} may come"


def the_namespace_is_restricted(resources: Resources) -> Iterator[str]:
    """All is in one namespace, which refuses what Pod Security `restricted` refuses."""
    spaces = {
        each["metadata"]["name"]: each["metadata"] for each in of_kind(resources, "Namespace")
    }
    for name, metadata in spaces.items():
        if metadata.get("labels", {}).get("pod-security.kubernetes.io/enforce") != "restricted":
            yield f"Namespace {name} takes any pod"
    for each in resources:
        if each["kind"] != "Namespace" and each["metadata"].get("namespace") not in spaces:
            yield f"{named(each)} is in no namespace of ours"
