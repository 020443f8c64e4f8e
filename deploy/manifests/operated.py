"""What operators run for us: the databases and the broker."""

from collections.abc import Iterator

from deploy.manifests.rendering import Json, Resources, named, of_kind
from deploy.manifests.topology import CLUSTER, topology

OF_THE_TOPOLOGY = ("User", "Permission", "TopicPermission", "Exchange", "Queue", "Binding")
BY_MACHINE = "kubernetes.io/hostname"


def images_are_releases(resources: Resources) -> Iterator[str]:
    """A tag says which release, to its number."""
    for each in of_kind(resources, "Cluster", "RabbitmqCluster"):
        image = each["spec"].get("imageName") or each["spec"].get("image", "")
        if not any(sign.isdigit() for sign in image.rpartition("/")[2].partition(":")[2]):
            yield f"{named(each)} runs any image"


def copies_are_apart(resources: Resources) -> Iterator[str]:
    """Several copies are on several machines, and a commit is on two of them."""
    for each in of_kind(resources, "Cluster"):
        spec, several = each["spec"], each["spec"]["instances"] > 1
        affinity = spec.get("affinity", {})
        if several and (affinity.get("podAntiAffinityType"), affinity.get("topologyKey")) != (
            "required",
            BY_MACHINE,
        ):
            yield f"{named(each)} may have all copies on one machine"
        waited_for = spec["postgresql"].get("synchronous", {}).get("number", 0)
        if waited_for >= spec["instances"]:
            yield f"{named(each)} waits for {waited_for} copies, and never has them"
        if several and not waited_for:
            yield f"{named(each)} loses what it has answered when its machine is lost"
    for each in of_kind(resources, "RabbitmqCluster"):
        apart = each["spec"].get("affinity", {}).get("podAntiAffinity", {})
        insisted = apart.get("requiredDuringSchedulingIgnoredDuringExecution", [])
        if each["spec"]["replicas"] > 1 and [rule["topologyKey"] for rule in insisted] != [
            BY_MACHINE
        ]:
            yield f"{named(each)} may have all copies on one machine"


def the_broker_holds_what_the_code_says(resources: Resources) -> Iterator[str]:
    """Users, rights, exchanges, queues and bindings, in the virtual host that the broker makes."""
    wanted = {_key(each): each["spec"] for each in topology()}
    found = {_key(each): each["spec"] for each in of_kind(resources, *OF_THE_TOPOLOGY)}
    for kind, name in sorted(wanted.keys() | found.keys()):
        if wanted.get((kind, name)) != found.get((kind, name)):
            yield f"{kind} {name} is not what the code says"
    for broker in of_kind(resources, "RabbitmqCluster"):
        if broker["metadata"]["name"] != CLUSTER:
            yield f"{named(broker)} is not the one that is spoken of"
        hosts = {spec["vhost"] for spec in wanted.values() if "vhost" in spec}
        for host in hosts:
            if f"default_vhost = {host}\n" not in broker["spec"]["rabbitmq"]["additionalConfig"]:
                yield f"{named(broker)} has no virtual host {host}"


def _key(each: Json) -> tuple[str, str]:
    return each["kind"], each["metadata"]["name"]


def all_are_backed_up(resources: Resources) -> Iterator[str]:
    """Where one database is, all are: each night, to a store that is there."""
    plans = list(of_kind(resources, "ScheduledBackup"))
    stores = {each["metadata"]["name"] for each in of_kind(resources, "ObjectStore")}
    for plan in plans:
        if len(plan["spec"]["schedule"].split()) != 6:
            yield f"{named(plan)} is at another time than it says: seconds come first"
    for cluster in of_kind(resources, "Cluster") if plans else ():
        if not any(plan["spec"]["cluster"] == {"name": _key(cluster)[1]} for plan in plans):
            yield f"{named(cluster)} is not backed up"
        plugins = cluster["spec"].get("plugins", ())
        archives = {
            each["parameters"]["barmanObjectName"] for each in plugins if each.get("isWALArchiver")
        }
        if not archives or archives - stores:
            yield f"{named(cluster)} keeps its log nowhere"
