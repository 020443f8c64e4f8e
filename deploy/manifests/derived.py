"""The files that are made from what the code says."""

from collections.abc import Callable
from pathlib import Path

from deploy.manifests.alerts import alerts
from deploy.manifests.edges import policies
from deploy.manifests.rendering import K8S, written
from deploy.manifests.topology import topology

DERIVED: dict[Path, Callable[[], str]] = {
    K8S / "base/topology/topology.yaml": lambda: written(
        topology(), by="shared/messaging/topology.py"
    ),
    K8S / "components/monitoring/alerts.yaml": lambda: written(
        alerts(), by="deploy/monitoring/alerts.yml"
    ),
    K8S / "base/network/policies.yaml": lambda: written(policies(), by="deploy/manifests/edges.py"),
}
