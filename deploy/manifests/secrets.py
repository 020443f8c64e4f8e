"""Secrets: who makes which, and whether whoever mounts one finds in it what is looked for.

One rule: a secret comes as a file of a whole mount. Kubernetes changes such a file under a running
process; it changes neither a variable nor a `subPath`.
"""

from collections.abc import Iterator

from deploy.manifests.pods import containers
from deploy.manifests.rendering import Json, Resources, named, of_kind, pods
from deploy.services import all_services

OF_A_DATABASE = {"username", "password", "dbname", "host", "port", "uri", "fqdn-uri", "pgpass"}
"""What CloudNativePG puts into `<cluster>-app`."""
OF_A_BROKERS_USER = {"username", "password", "url"}
OF_THE_PARK = {
    "visitors-smtp": {"url"},
    "gateway-tls": {"tls.crt", "tls.key"},
    "backups": {"access-key-id", "secret-access-key"},
}
"""What `docs/kubernetes.md` has whoever installs it make."""
FOLDERS = {"PARVIS_SECRETS_DIR": "secrets", "PARVIS_KEYS_DIR": "keys"}


def made_by_script() -> dict[str, set[str]]:
    """What `deploy/k8s/secrets.sh` makes: secrets and their keys."""
    services = all_services()
    return {f"{each.name}-broker": OF_A_BROKERS_USER for each in services} | {
        f"{each.name}-keys": {f"{key}.key" for key in each.keys} for each in services
    }


def secrets_are_made(resources: Resources) -> Iterator[str]:
    """Every secret that is named is made by somebody, under that name and with those keys."""
    made = OF_THE_PARK | made_by_script()
    for cluster in of_kind(resources, "Cluster"):
        made[f"{cluster['metadata']['name']}-app"] = OF_A_DATABASE
    for each in resources:
        for name, keys in _named_by(each):
            if name not in made:
                yield f"{named(each)} names the Secret {name}, which nobody makes"
            elif missing := keys - made[name]:
                yield f"{named(each)} looks for {sorted(missing)} in the Secret {name}"


def _named_by(each: Json) -> Iterator[tuple[str, set[str]]]:
    match each["kind"]:
        case "Deployment" | "Job":
            for source in _mounted(each["spec"]["template"]):
                name = source.get("secretName") or source["name"]
                yield name, {item["key"] for item in source.get("items", ())}
        case "Ingress":
            for tls in each["spec"].get("tls", ()):
                yield tls["secretName"], {"tls.crt", "tls.key"}
        case "User":
            yield each["spec"]["importCredentialsSecret"]["name"], {"username", "password"}
        case "ObjectStore":
            for key in each["spec"]["configuration"].get("s3Credentials", {}).values():
                if isinstance(key, dict):
                    yield key["name"], {key["key"]}


def _mounted(template: Json) -> Iterator[Json]:
    for volume in template["spec"].get("volumes", ()):
        if "secret" in volume:
            yield volume["secret"]
        for source in volume.get("projected", {}).get("sources", ()):
            if "secret" in source:
                yield source["secret"]


def secrets_are_ones_own(resources: Resources) -> Iterator[str]:
    """A service is given its own database, user and keys, and no other's."""
    for resource, template in pods(resources):
        service = template["metadata"]["labels"]["app.kubernetes.io/name"]
        for name, _ in _named_by(resource):
            if not name.startswith(f"{service}-"):
                yield f"{named(resource)} is given the Secret {name} of somebody else"


def secrets_are_files(resources: Resources) -> Iterator[str]:
    """Where the process looks for them, readable by it, and renewed while it runs."""
    for resource, template in pods(resources):
        if any(_mounted(template)) and "fsGroup" not in template["spec"].get("securityContext", {}):
            yield f"{named(resource)} cannot read its secrets, which are root's"
        there = {volume["name"] for volume in template["spec"].get("volumes", ())}
        for container in containers(template):
            mounts = {each["mountPath"]: each for each in container.get("volumeMounts", ())}
            if {each["name"] for each in mounts.values()} != there:
                yield f"{named(resource)} mounts other volumes than it has"
            if any("subPath" in each for each in mounts.values()):
                yield f"{named(resource)} keeps a file of a secret that is renewed"
            yield from _looked_for(resource, container, mounts)


def _looked_for(resource: Json, container: Json, mounts: dict[str, Json]) -> Iterator[str]:
    if any("secretRef" in each for each in container.get("envFrom", ())):
        yield f"{named(resource)} has a secret in its environment"
    for variable in container.get("env", ()):
        if "secretKeyRef" in variable.get("valueFrom", {}):
            yield f"{named(resource)} has a secret in its environment"
        volume = FOLDERS.get(variable["name"])
        if volume and mounts.get(variable.get("value", ""), {}).get("name") != volume:
            yield f"{named(resource)} looks for its {volume} where they are not"
