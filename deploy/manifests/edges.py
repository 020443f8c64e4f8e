"""Who reaches whom, and nobody else does: each edge becomes a NetworkPolicy at each end of ours."""

from collections.abc import Iterator
from dataclasses import dataclass

from deploy.manifests.rendering import Json
from shared.messaging.topology import SERVICES

ANYWHERE = ("0.0.0.0/0", "::/0")
LINK_LOCAL = "169.254.0.0/16"
"""Where clouds tell a machine its secrets."""
NODE_NAMES = "169.254.20.10/32"
"""Where a machine's own cache answers for names, in clusters that have one (NodeLocal DNSCache)."""
PORTS_OF_BROKERS = (4369, 25672, range(6000, 6501))
"""Erlang's, and those on which streams are copied."""


@dataclass(frozen=True)
class Party:
    """Pods of ours by their labels, or others by their namespace's; neither: any address."""

    name: str
    pods: tuple[tuple[str, str], ...] = ()
    namespace: tuple[tuple[str, str], ...] = ()

    @property
    def is_ours(self) -> bool:
        return bool(self.pods)

    def peers(self) -> list[Json]:
        if self.is_ours:
            return [{"podSelector": {"matchLabels": dict(self.pods)}}]
        if self.namespace:
            return [{"namespaceSelector": {"matchLabels": dict(self.namespace)}}]
        v4, v6 = ANYWHERE
        return [{"ipBlock": {"cidr": v4, "except": [LINK_LOCAL]}}, {"ipBlock": {"cidr": v6}}]


@dataclass(frozen=True)
class Edge:
    """One of them speaks to the other, on these TCP ports."""

    sender: Party
    receiver: Party
    ports: tuple[int | range, ...]


NAME, COMPONENT = "app.kubernetes.io/name", "app.kubernetes.io/component"
LABEL = "parvis/edge"
"""What the operator of a cluster says of namespaces that are not ours."""

INGRESS = Party("ingress", namespace=((LABEL, "ingress"),))
MONITORING = Party("monitoring", namespace=((LABEL, "monitoring"),))
DATABASE_OPERATOR = Party("cnpg", namespace=(("kubernetes.io/metadata.name", "cnpg-system"),))
BROKER_OPERATOR = Party(
    "rabbitmq-operators", namespace=(("kubernetes.io/metadata.name", "rabbitmq-system"),)
)
WORLD = Party("world")
KUBERNETES = Party("kubernetes")  # its address is a cluster's own: any, but on its ports
GATEWAY = Party("gateway", pods=((NAME, "gateway"),))
BROKER = Party("rabbitmq", pods=((NAME, "rabbitmq"),))


def process(service: str, component: str) -> Party:
    return Party(f"{service}-{component}", pods=((NAME, service), (COMPONENT, component)))


def database(service: str) -> Party:
    return Party(f"{service}-db", pods=(("cnpg.io/cluster", f"{service}-db"),))


def edges() -> Iterator[Edge]:
    """Every one there is, but questions for names."""
    yield Edge(INGRESS, GATEWAY, (8080,))
    for service in SERVICES:
        yield from _of_service(service)
    yield Edge(process("visitors", "worker"), WORLD, (25, 443, 465, 587))  # mail, and chat services
    yield Edge(BROKER, BROKER, PORTS_OF_BROKERS)
    yield Edge(BROKER, KUBERNETES, (443, 6443))  # finds its peers
    yield Edge(BROKER_OPERATOR, BROKER, (15672,))
    yield Edge(MONITORING, BROKER, (15692,))


def _of_service(service: str) -> Iterator[Edge]:
    api, worker, ours = process(service, "api"), process(service, "worker"), database(service)
    yield Edge(GATEWAY, api, (8000,))
    yield Edge(api, WORLD, (443,))  # the keys of whoever signs people in
    yield Edge(worker, BROKER, (5672,))
    for user in (api, worker, process(service, "migrate")):
        yield Edge(user, ours, (5432,))
    for watched in (api, worker):
        yield Edge(MONITORING, watched, (8000,))
    yield Edge(MONITORING, ours, (9187,))
    yield Edge(ours, ours, (5432, 8000))  # replication, and how its peers are
    yield Edge(DATABASE_OPERATOR, ours, (5432, 8000))
    yield Edge(ours, KUBERNETES, (443, 6443))
    yield Edge(ours, WORLD, (443,))  # backups


def policies() -> Iterator[Json]:
    """Nothing, then names for all, then each edge."""
    yield _policy("nothing", {}, policyTypes=["Ingress", "Egress"])
    names = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}
    near = {"ipBlock": {"cidr": NODE_NAMES}}
    ask = [{"protocol": protocol, "port": 53} for protocol in ("UDP", "TCP")]
    yield _policy("names", {}, policyTypes=["Egress"], egress=[{"to": [names, near], "ports": ask}])
    for edge in edges():
        yield from _ends(edge)


def _ends(edge: Edge) -> Iterator[Json]:
    name = f"{edge.sender.name}-to-{edge.receiver.name}"
    ports = [_port(port) for port in edge.ports]
    if edge.sender.is_ours:
        rule = {"to": edge.receiver.peers(), "ports": ports}
        labels = dict(edge.sender.pods)
        yield _policy(f"{name}-out", labels, policyTypes=["Egress"], egress=[rule])
    if edge.receiver.is_ours:
        rule = {"from": edge.sender.peers(), "ports": ports}
        labels = dict(edge.receiver.pods)
        yield _policy(f"{name}-in", labels, policyTypes=["Ingress"], ingress=[rule])


def _port(port: int | range) -> Json:
    if isinstance(port, range):
        return {"protocol": "TCP", "port": port.start, "endPort": port.stop - 1}
    return {"protocol": "TCP", "port": port}


def _policy(name: str, labels: dict[str, str], **spec: object) -> Json:
    selector = {"matchLabels": labels} if labels else {}
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name},
        "spec": {"podSelector": selector, **spec},
    }
