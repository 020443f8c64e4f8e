"""What alerts and dashboards ask Prometheus, and whether that is there to be asked."""

import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from deploy.monitoring.metrics import OURS
from deploy.monitoring.promtool import NotWell, promtool

HERE = Path(__file__).parent
ALERTS = HERE / "alerts.yml"
OF_THE_SCRAPE = {"job", "service", "part", "instance"}
"""The labels that Prometheus adds; `up` is its own, too."""
_ASKED = re.compile(r"\b((?:parvis|process)_\w+|up\b)(?:\{([^}\"]*(?:\"[^\"]*\"[^}\"]*)*)\})?")
_MATCHED = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)\s*\"")


def queries() -> Iterator[tuple[str, str]]:
    """Every query, with where it stands."""
    for group in yaml.safe_load(ALERTS.read_text())["groups"]:
        for rule in group["rules"]:
            yield rule["alert"], rule["expr"]
    for path in sorted((HERE / "dashboards").glob("*.json")):
        for panel in json.loads(path.read_text())["panels"]:
            for target in panel["targets"]:
                yield f"{path.name}: {panel['title']}", target["expr"]


def not_there(asked: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Metrics and labels that nothing shows."""
    for where, query in asked:
        for name, matchers in _ASKED.findall(query):
            labels = labels_of(name)
            if labels is None:
                yield f"{where} asks for {name}, which nothing shows."
                continue
            unknown = set(_MATCHED.findall(matchers)) - labels
            if unknown:
                yield f"{where} asks {name} for {', '.join(sorted(unknown))}, which it has not."


def labels_of(metric: str) -> set[str] | None:
    """None where there is no such metric."""
    if metric == "up":
        return OF_THE_SCRAPE
    name = re.sub("_(bucket|sum|count)$", "", metric)
    if name not in OURS or (name != metric and not name.endswith("_seconds")):
        return None
    return {*OURS[name], *OF_THE_SCRAPE, *(["le"] if metric.endswith("_bucket") else [])}


def unreadable() -> Iterator[str]:
    """Queries that Prometheus would not take, alerts that do not go off when they should."""
    rules = [{"record": f"asked:{nth}", "expr": expr} for nth, (_, expr) in enumerate(queries())]
    with tempfile.TemporaryDirectory() as folder:
        together = Path(folder) / "queries.yml"
        together.write_text(yaml.safe_dump({"groups": [{"name": "asked", "rules": rules}]}))
        for command in (
            ("check", "rules", str(together)),
            ("check", "config", str(HERE / "prometheus.yml")),
            ("test", "rules", str(HERE / "alerts_test.yml")),
        ):
            try:
                promtool(*command)
            except NotWell as words:
                yield str(words)
