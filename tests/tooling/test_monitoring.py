"""Each alert has a page that can be followed, and asks for what is there to be asked."""

import re
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from deploy.monitoring.metrics import OURS
from deploy.monitoring.queries import ALERTS, HERE, not_there, queries
from deploy.services import all_services
from shared.cli import commands_of
from tests.contracts.test_openapi import app_of

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "operations" / "alerts"


def alerts() -> dict[str, Any]:
    groups = yaml.safe_load(ALERTS.read_text())["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


def pages() -> dict[Path, str]:
    """But for the list of them."""
    return {path: path.read_text() for path in PAGES.glob("*.md") if path.name != "README.md"}


def test_each_alert_has_its_page_and_each_page_its_alert() -> None:
    titles = {text.splitlines()[0]: path for path, text in pages().items()}
    assert set(titles) == {f"# {name}" for name in alerts()}
    for name, rule in alerts().items():
        assert ROOT / rule["annotations"]["runbook"] == titles[f"# {name}"]
        listed = f"[{name}]({titles[f'# {name}'].name}) | {rule['labels']['severity']} |"
        assert listed in (PAGES / "README.md").read_text()


def test_each_page_says_what_to_look_at_and_what_to_do() -> None:
    for path, text in pages().items():
        assert text.count("\n## Look at\n") == text.count("\n## Do\n") == 1, path.name


def test_each_alert_is_seen_to_go_off() -> None:
    tests = yaml.safe_load((HERE / "alerts_test.yml").read_text())["tests"]
    raised = {
        each["alertname"]
        for test in tests
        for each in test["alert_rule_test"]
        if each.get("exp_alerts")
    }
    assert raised == set(alerts())


def test_the_commands_on_the_pages_exist() -> None:
    known = set()
    for service in all_services():
        app: Any = typer.main.get_command(commands_of(service))
        known |= set(app.commands)
        known |= {f"events {name}" for name in app.commands["events"].commands}
    for path, text in pages().items():
        flat = " ".join(text.split())
        for found in re.findall(r"services\.SERVICE (events \w+|[\w-]+)", flat):
            assert found in known, f"{path.name}: {found}"


def test_the_parts_of_the_stack_on_the_pages_exist() -> None:
    stack = set(yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"])
    for path, text in pages().items():
        flat = " ".join(text.split())
        for found in re.findall(r"docker compose (?:exec|ps|restart) ([\w-]+)", flat):
            for service in ("access", "visitors", "booking"):
                name = found.replace("SERVICE", service).replace("PART", "worker")
                assert name in stack, f"{path.name}: {found}"


def test_the_metrics_on_the_pages_exist() -> None:
    for path, text in pages().items():
        for found in re.findall(r"\bparvis_\w+", text):
            assert found in OURS or found in ("parvis_database_url",), f"{path.name}: {found}"


def test_the_links_on_the_pages_lead_somewhere() -> None:
    for path, text in pages().items():
        for link in re.findall(r"\]\(([^)]+)\)", text):
            assert (path.parent / link).exists(), f"{path.name}: {link}"
        for named in re.findall(r"`(docs/[\w/.-]+|deploy/[\w/.-]+)`", text):
            assert (ROOT / named).exists(), f"{path.name}: {named}"


def test_every_query_asks_for_what_is_shown() -> None:
    assert list(not_there(queries())) == []
    assert len(list(queries())) > 30


@pytest.mark.parametrize(
    "query",
    [
        "sum(rate(parvis_bookings_total[5m]))",
        'parvis_http_requests_total{tenant="atlas"}',
        'histogram_quantile(0.9, parvis_http_requests_total_bucket{le="1"})',
        'up{job="parvis", person="amal"}',
    ],
)
def test_a_query_for_what_nothing_shows_is_a_mistake(query: str) -> None:
    assert list(not_there([("here", query)]))


def test_the_routes_that_queries_name_exist(tmp_path: Path) -> None:
    routes = set()
    for service in all_services():
        routes |= set(app_of(service.name, keys=tmp_path).openapi()["paths"])
    for where, query in queries():
        for route in re.findall(r'route="([^"]+)"', query):
            assert route in routes, f"{where}: {route}"


def test_prometheus_is_told_of_every_process_and_shown_in_the_stack() -> None:
    jobs = yaml.safe_load((HERE / "prometheus.yml").read_text())["scrape_configs"]
    stack = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    scraped = {
        target.partition(":")[0]
        for job in jobs
        for each in job["static_configs"]
        for target in each["targets"]
    }
    assert scraped == {"rabbitmq"} | {name for name in stack if name.endswith(("-api", "-worker"))}
    for name in ("prometheus", "grafana"):
        for mounted in stack[name]["volumes"]:
            if mounted.startswith("./"):
                assert (ROOT / mounted.split(":")[0]).exists(), mounted
