"""The broker's users, rights, exchanges, queues and bindings, as the Topology Operator takes them.

They are those of `deploy.broker`, which are those of `shared.messaging.topology`.
"""

from collections.abc import Iterator

from deploy.broker import definitions
from deploy.manifests.rendering import Json
from shared.messaging.topology import SERVICES

CLUSTER = "rabbitmq"
FIXED = ("durable", "auto_delete")


def topology() -> Iterator[Json]:
    """All of it but the virtual host, which the cluster makes at its first start."""
    given = definitions()
    for user in given["users"]:
        if user["name"] in SERVICES:  # people's users are the Cluster Operator's
            secret = {"name": f"{user['name']}-broker"}
            yield _resource("User", user["name"], importCredentialsSecret=secret)
    for rights in given["permissions"]:
        if rights["user"] in SERVICES:
            yield _rights("Permission", rights, "configure", "write", "read")
    for names in given["topic_permissions"]:
        yield _rights("TopicPermission", names, "exchange", "write", "read")
    for exchange in given["exchanges"]:
        yield _place("Exchange", exchange, type=exchange["type"])
    for queue in given["queues"]:
        arguments = dict(queue["arguments"])
        yield _place("Queue", queue, type=arguments.pop("x-queue-type"), arguments=arguments)
    for binding in given["bindings"]:
        yield _binding(binding)


def _place(kind: str, given: Json, **more: object) -> Json:
    fixed = {"durable": given["durable"], "autoDelete": given["auto_delete"]}
    return _resource(kind, given["name"], name=given["name"], vhost=given["vhost"], **fixed, **more)


def _rights(kind: str, given: Json, *rights: str) -> Json:
    user, vhost = given["user"], given["vhost"]
    permissions = {right: given[right] for right in rights}
    return _resource(kind, user, vhost=vhost, userReference={"name": user}, permissions=permissions)


def _binding(given: Json) -> Json:
    key = given["routing_key"]
    name = f"{given['destination']}-{key or 'all'}"
    return _resource(
        "Binding",
        name,
        vhost=given["vhost"],
        source=given["source"],
        destination=given["destination"],
        destinationType=given["destination_type"],
        **({"routingKey": key} if key else {}),
    )


def _resource(kind: str, called: str, /, **spec: object) -> Json:
    return {
        "apiVersion": "rabbitmq.com/v1beta1",
        "kind": kind,
        "metadata": {"name": called.replace("_", "-")},
        "spec": {**spec, "rabbitmqClusterReference": {"name": CLUSTER}},
    }
