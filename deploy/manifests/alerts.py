"""Alert rules as the Prometheus operator takes them: those of `deploy/monitoring`, no others."""

from collections.abc import Iterator

import yaml

from deploy.manifests.rendering import K8S, Json

ALERTS = K8S.parent / "monitoring" / "alerts.yml"


def alerts() -> Iterator[Json]:
    """One resource that holds all groups."""
    yield {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "parvis"},
        "spec": yaml.safe_load(ALERTS.read_text()),
    }
