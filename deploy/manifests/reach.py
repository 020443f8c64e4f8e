"""Who reaches whom by the rendered NetworkPolicies, judged as a cluster does, against what must be.

What must be is read from the rest of the manifests: who has a database's address, the broker's, the
gateway's upstreams. So an edge without a policy shows, and a policy without an edge.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from deploy.manifests.edges import NODE_NAMES
from deploy.manifests.pods import selects
from deploy.manifests.rendering import Json, Resources, of_kind, pods

DATABASE, BROKER, HTTP, GATEWAY = 5432, 5672, 8000, 8080
BETWEEN_BROKERS = (4369, 25672, 6000, 6500)
PROBED = (DATABASE, BROKER, HTTP, GATEWAY, 9187, 15672, 15692, *BETWEEN_BROKERS)
NAME = "app.kubernetes.io/name"


@dataclass(frozen=True)
class Place:
    """Pods with these labels, or (of other namespaces) any pod of one with these."""

    name: str
    labels: tuple[tuple[str, str], ...] = ()
    space: tuple[tuple[str, str], ...] = ()


def places(resources: Resources) -> dict[str, Place]:
    """Ours by the names of what runs, and the namespaces that deal with us."""
    ours = [
        Place(resource["metadata"]["name"], tuple(template["metadata"]["labels"].items()))
        for resource, template in pods(resources)
    ]
    for cluster in of_kind(resources, "Cluster"):
        name = cluster["metadata"]["name"]
        ours.append(Place(name, (("cnpg.io/cluster", name),)))
    for broker in of_kind(resources, "RabbitmqCluster"):
        name = broker["metadata"]["name"]
        ours.append(Place(name, ((NAME, name),)))
    others = [
        Place(name, space=((label, name),))
        for label, name in (
            ("parvis/edge", "ingress"),
            ("parvis/edge", "monitoring"),
            ("kubernetes.io/metadata.name", "cnpg-system"),
            ("kubernetes.io/metadata.name", "rabbitmq-system"),
            ("kubernetes.io/metadata.name", "of-somebody-else"),
        )
    ]
    return {each.name: each for each in (*ours, *others)}


ANYBODY: Json = {"ipBlock": {"cidr": "0.0.0.0/0"}}
"""Whom a rule is for that names nobody."""
Policies = dict[tuple[Place, str], list[Json]]
"""By whom they are for and which way they go."""


def policies_of(resources: Resources) -> Policies:
    """Those that select each place of ours; none: Kubernetes lets it do anything."""
    specs = [each["spec"] for each in of_kind(resources, "NetworkPolicy")]
    return {
        (place, way): [
            spec
            for spec in specs
            if way in spec.get("policyTypes", ("Ingress",))
            and selects(spec["podSelector"], dict(place.labels))
        ]
        for place in places(resources).values()
        if not place.space
        for way in ("Egress", "Ingress")
    }


def reaches(sender: Place, receiver: Place, port: int, *, policies: Policies) -> bool:
    """Both ends must allow it; an end that is not ours does."""
    return _end(sender, receiver, port, "Egress", policies) and _end(
        receiver, sender, port, "Ingress", policies
    )


def _end(own: Place, other: Place, port: int, way: str, policies: Policies) -> bool:
    mine = policies.get((own, way))
    if not mine:
        return True
    peers = "to" if way == "Egress" else "from"
    return any(
        any(low <= port <= high for low, high in _ports(rule))
        and (peers not in rule or any(_is(peer, other) for peer in rule[peers]))
        for spec in mine
        for rule in spec.get(way.lower(), ())
    )


def _ports(rule: Json) -> list[tuple[int, int]]:
    """From which to which; a rule that names none is for all. Names are not judged."""
    if "ports" not in rule:
        return [(0, 65535)]
    numbers = (each for each in rule["ports"] if isinstance(each.get("port"), int))
    return [(each["port"], each.get("endPort", each["port"])) for each in numbers]


def _is(peer: Json, place: Place) -> bool:
    if "namespaceSelector" in peer:
        return bool(place.space) and selects(peer["namespaceSelector"], dict(place.space))
    if "podSelector" in peer:
        return not place.space and selects(peer["podSelector"], dict(place.labels))
    return False  # addresses outside


def edges_wanted(resources: Resources) -> Iterator[tuple[str, str, int]]:
    """Who has to reach whom, by what they are told."""
    yield "ingress", "gateway", GATEWAY
    for each in of_kind(resources, "ConfigMap"):
        for upstream in re.findall(r"server ([a-z-]+):(\d+);", each["data"].get("nginx.conf", "")):
            yield "gateway", upstream[0], int(upstream[1])
    for resource, template in pods(resources):
        name, told = resource["metadata"]["name"], str(template["spec"].get("volumes", ""))
        for database in re.findall(r"'([a-z]+-db)-app'", told):
            yield name, database, DATABASE
        if "parvis_amqp_url" in told:
            yield name, "rabbitmq", BROKER
        if "prometheus.io/scrape" in template["metadata"].get("annotations", {}):
            yield "monitoring", name, int(template["metadata"]["annotations"]["prometheus.io/port"])
    yield "monitoring", "rabbitmq", 15692
    yield "rabbitmq-system", "rabbitmq", 15672
    yield from (("rabbitmq", "rabbitmq", port) for port in BETWEEN_BROKERS)
    for cluster in of_kind(resources, "Cluster"):
        name = cluster["metadata"]["name"]
        for sender in (name, "cnpg-system"):
            yield from ((sender, name, port) for port in (DATABASE, 8000))
        yield "monitoring", name, 9187


def edges_are_policies(resources: Resources) -> Iterator[str]:
    """Exactly the wanted ones are open, among all pairs."""
    all_places = places(resources)
    policies = policies_of(resources)
    wanted = set(edges_wanted(resources))
    for sender in all_places.values():
        for receiver in all_places.values():
            if receiver.space:
                continue
            for port in PROBED:
                is_open = reaches(sender, receiver, port, policies=policies)
                edge = (sender.name, receiver.name, port)
                if edge in wanted and not is_open:
                    yield f"{edge[0]} does not reach {edge[1]} on {port}"
                if is_open and edge not in wanted:
                    yield f"{edge[0]} reaches {edge[1]} on {port}, and has no business there"


def outside_wanted(resources: Resources) -> dict[str, set[int]]:
    """On which ports who has to reach addresses that are not ours."""
    wanted: dict[str, set[int]] = {name: set() for name in places(resources)}
    for resource, template in pods(resources):
        name = resource["metadata"]["name"]
        if ["serve"] in [each.get("args") for each in template["spec"]["containers"]]:
            wanted[name] |= {443}  # the keys of whoever signs people in
        if "parvis_smtp_url" in str(template["spec"].get("volumes", "")):
            wanted[name] |= {25, 443, 465, 587}  # mail, and what tenants are told by
    for each in of_kind(resources, "Cluster", "RabbitmqCluster"):
        wanted[each["metadata"]["name"]] |= {443, 6443}  # Kubernetes, and backups
    return wanted


def the_outside_is_reached(resources: Resources) -> Iterator[str]:
    """Exactly where it must be, and never where a cloud tells a machine its secrets."""
    policies = [each["spec"] for each in of_kind(resources, "NetworkPolicy")]
    wanted, near = outside_wanted(resources), {"cidr": NODE_NAMES}
    for place in places(resources).values():
        rules = [
            rule
            for spec in policies
            if not place.space and selects(spec["podSelector"], dict(place.labels))
            for rule in spec.get("egress", ())
            if any(peer.get("ipBlock", near) != near for peer in rule.get("to", (ANYBODY,)))
        ]
        is_open = {low for rule in rules for low, _ in _ports(rule)}
        if missing := wanted[place.name] - is_open:
            yield f"{place.name} does not reach the outside on {sorted(missing)}"
        if needless := is_open - wanted[place.name]:
            yield f"{place.name} reaches the outside on {sorted(needless)}"
        for peer in (peer for rule in rules for peer in rule.get("to", (ANYBODY,))):
            block = peer.get("ipBlock", {})
            if block.get("cidr") == "0.0.0.0/0" and block.get("except") != ["169.254.0.0/16"]:
                yield f"{place.name} reaches the secrets of its machine"


def names_are_answered(resources: Resources) -> Iterator[str]:
    """Whoever cannot ask for names reaches nobody, whatever else is open to them."""
    cluster = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "kube-system"}}}
    asked = [
        {(each.get("protocol", "TCP"), each["port"]) for each in rule.get("ports", ())}
        for policy in of_kind(resources, "NetworkPolicy")
        if policy["spec"]["podSelector"] == {}
        for rule in policy["spec"].get("egress", ())
        if cluster in rule.get("to", ())
    ]
    if {("UDP", 53), ("TCP", 53)} not in asked:
        yield "No NetworkPolicy lets everybody ask for names"


def all_is_closed_first(resources: Resources) -> Iterator[str]:
    """One policy selects everybody and allows nothing."""
    closed = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    if not any(each["spec"] == closed for each in of_kind(resources, "NetworkPolicy")):
        yield "No NetworkPolicy closes everything"
