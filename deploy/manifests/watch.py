"""What Prometheus' operator is told to scrape, where an overlay has it told."""

from collections.abc import Iterator

from deploy.manifests.pods import containers, selects
from deploy.manifests.rendering import Json, Resources, named, of_kind, pods

OF_ALERTS = {"job", "service", "part"}
"""The labels that `deploy/monitoring` goes by."""
JOB = {"targetLabel": "job", "replacement": "parvis"}


def all_are_watched(resources: Resources) -> Iterator[str]:
    """Each process that shows numbers is scraped once, and so are databases and broker."""
    endpoints = [
        (each["spec"]["selector"], endpoint)
        for each in of_kind(resources, "PodMonitor")
        for endpoint in each["spec"]["podMetricsEndpoints"]
    ]
    if not endpoints:
        return
    for name, labels, ports in _shown(resources):
        found = [
            endpoint
            for selector, endpoint in endpoints
            if selects(selector, labels) and endpoint["port"] in ports
        ]
        if len(found) != 1:
            yield f"{name} is scraped {len(found)} times"
    yield from _are_told_apart(resources, endpoints)


def _shown(resources: Resources) -> Iterator[tuple[str, Json, set[str]]]:
    """Who shows numbers, by which labels it is found, and on which of its ports."""
    for resource, template in pods(resources):
        number = template["metadata"].get("annotations", {}).get("prometheus.io/port")
        if number:
            ports = {
                port["name"]
                for container in containers(template)
                for port in container.get("ports", ())
                if port["containerPort"] == int(number)
            }
            yield named(resource), template["metadata"]["labels"], ports
    for cluster in of_kind(resources, "Cluster"):
        yield named(cluster), {"cnpg.io/cluster": cluster["metadata"]["name"]}, {"metrics"}
    for broker in of_kind(resources, "RabbitmqCluster"):
        yield named(broker), {"app.kubernetes.io/name": broker["metadata"]["name"]}, {"prometheus"}


def _are_told_apart(resources: Resources, endpoints: list[tuple[Json, Json]]) -> Iterator[str]:
    for resource, template in pods(resources):
        labels = template["metadata"]["labels"]
        shows = "prometheus.io/port" in template["metadata"].get("annotations", {})
        for selector, endpoint in endpoints:
            if not selects(selector, labels):
                continue
            if not shows:
                yield f"{named(resource)} is scraped, and shows nothing"
            made = endpoint.get("relabelings", ())
            if JOB not in made or OF_ALERTS - {each["targetLabel"] for each in made}:
                yield f"{named(resource)} is scraped without the labels that alerts go by"
