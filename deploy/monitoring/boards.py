"""Grafana's dashboards: what is asked and what it is called; the rest of their JSON is the same."""

import json
from dataclasses import dataclass
from typing import Any

SOURCE = {"type": "prometheus", "uid": "prometheus"}
WIDTH, HEIGHT, COLUMNS = 12, 8, 2
ASKED = 'route!~"/metrics|/health/.*"'
"""By people and doors, not by whoever watches."""
NO_FEED = 'route!~"/metrics|/health/.*|.*/feed"'
"""Feeds are answers that last."""


@dataclass(frozen=True)
class Panel:
    """A few lines over time. `unit` is Grafana's: `reqps`, `s`, `short`, `bytes`, `percentunit`."""

    title: str
    queries: tuple[tuple[str, str], ...]
    """What is asked, and what each line is called."""
    unit: str = "short"


@dataclass(frozen=True)
class Dashboard:
    """A page of them."""

    uid: str
    title: str
    panels: tuple[Panel, ...]


def _published(names: str) -> str:
    told = f'parvis_outbox_published_total{{event=~"{names}", replay="false"}}'
    return f"sum by (event) (increase({told}[1h]))"


def _quantile(part: float, matchers: str, by: str) -> str:
    buckets = f"parvis_http_request_seconds_bucket{{{matchers}}}"
    return f"histogram_quantile({part}, sum by ({by}, le) (rate({buckets}[5m])))"


PROCESSES = Dashboard(
    "parvis-processes",
    "Parvis: processes and requests",
    (
        Panel("Do they answer?", (('up{job="parvis"}', "{{service}} {{part}} {{instance}}"),)),
        Panel("Do their databases?", (("parvis_database_answers", "{{service}} {{part}}"),)),
        Panel(
            "Requests",
            (
                (
                    f"sum by (service) (rate(parvis_http_requests_total{{{ASKED}}}[5m]))",
                    "{{service}}",
                ),
            ),
            "reqps",
        ),
        Panel(
            "Broken, and told to come back",
            (
                (
                    "sum by (service, status) "
                    '(rate(parvis_http_requests_total{status=~"5.."}[5m]))',
                    "{{service}} {{status}}",
                ),
            ),
            "reqps",
        ),
        Panel(
            "One in a hundred takes longer than",
            ((_quantile(0.99, NO_FEED, "service"), "{{service}}"),),
            "s",
        ),
        Panel(
            "The slowest routes (one in twenty)",
            (
                (
                    f"topk(10, {_quantile(0.95, NO_FEED, 'service, method, route')})",
                    "{{service}} {{method}} {{route}}",
                ),
            ),
            "s",
        ),
        Panel(
            "Memory",
            (("process_resident_memory_bytes", "{{service}} {{part}} {{instance}}"),),
            "bytes",
        ),
        Panel(
            "Processor (1 is a core)",
            (("rate(process_cpu_seconds_total[5m])", "{{service}} {{part}} {{instance}}"),),
        ),
    ),
)
EVENTS = Dashboard(
    "parvis-events",
    "Parvis: events",
    (
        Panel(
            "How long the oldest has waited to be sent",
            (("max by (service) (parvis_outbox_oldest_seconds)", "{{service}}"),),
            "s",
        ),
        Panel(
            "How many wait to be sent, and how many are held",
            (
                ("max by (service) (parvis_outbox_events)", "{{service}}"),
                (
                    "max by (service, why) (parvis_outbox_held_events)",
                    "{{service}} held: {{why}}",
                ),
            ),
        ),
        Panel(
            "Sent",
            (("sum by (service) (rate(parvis_outbox_published_total[5m]))", "{{service}}"),),
            "reqps",
        ),
        Panel(
            "Not sent",
            (
                (
                    "sum by (service, why) (rate(parvis_outbox_troubles_total[5m]))",
                    "{{service}} {{why}}",
                ),
            ),
            "reqps",
        ),
        Panel(
            "Heard, by what became of it",
            (
                (
                    "sum by (service, outcome) (rate(parvis_inbox_handled_total[5m]))",
                    "{{service}} {{outcome}}",
                ),
            ),
            "reqps",
        ),
        Panel(
            "Tried again, parked, dead",
            (
                ("max by (service) (parvis_inbox_waiting_events)", "{{service}} waiting"),
                ("max by (service) (parvis_inbox_parked_events)", "{{service}} parked"),
                ("max by (service) (parvis_inbox_dead_messages)", "{{service}} dead"),
            ),
        ),
        Panel(
            "Since a relay had its turn",
            (
                (
                    "time() - max by (service) (parvis_relay_turn_timestamp_seconds)",
                    "{{service}}",
                ),
            ),
            "s",
        ),
        Panel(
            "Workers that listen, and timers that failed",
            (
                ("sum by (service) (parvis_inbox_listening)", "{{service}}"),
                (
                    'sum by (service) (increase(parvis_timers_total{outcome="failed"}[1h]))',
                    "{{service}} timers",
                ),
            ),
        ),
    ),
)
PARK = Dashboard(
    "parvis-park",
    "Parvis: doors, visits, bookings",
    (
        Panel(
            "Decisions by outcome",
            (("sum by (outcome) (rate(parvis_decisions_total[5m]))", "{{outcome}}"),),
            "reqps",
        ),
        Panel(
            "Why doors stayed closed, in an hour",
            (
                (
                    "topk(10, sum by (reason) "
                    '(increase(parvis_decisions_total{outcome="denied"}[1h])) > 0)',
                    "{{reason}}",
                ),
            ),
        ),
        Panel("What became of bookings, in an hour", ((_published("booking.*"), "{{event}}"),)),
        Panel(
            "Why bookings were refused, in an hour",
            (
                (
                    "sum by (code) (increase(parvis_http_refusals_total"
                    '{service="booking", method="POST", route="/v1/bookings"}[1h]))',
                    "{{code}}",
                ),
            ),
        ),
        Panel("What became of visits, in an hour", ((_published("visit.*"), "{{event}}"),)),
        Panel(
            "Why check-ins were refused, in an hour",
            (
                (
                    "sum by (service, code) "
                    '(increase(parvis_http_refusals_total{route=~".*/check-in"}[1h]))',
                    "{{service}} {{code}}",
                ),
            ),
        ),
        Panel("Controllers that are silent", (("max(parvis_controllers_silent)", "silent"),)),
        Panel("Open alarms", (("max by (kind) (parvis_alarms_open)", "{{kind}}"),)),
    ),
)
DASHBOARDS = (PROCESSES, EVENTS, PARK)


def text_of(board: Dashboard) -> str:
    """As Grafana reads it from a file."""
    whole = {
        "uid": board.uid,
        "title": board.title,
        "tags": ["parvis"],
        "schemaVersion": 39,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "panels": [_panel(panel, nth=nth) for nth, panel in enumerate(board.panels)],
    }
    return json.dumps(whole, indent=1) + "\n"


def _panel(panel: Panel, *, nth: int) -> dict[str, Any]:
    row, column = divmod(nth, COLUMNS)
    return {
        "id": nth + 1,
        "type": "timeseries",
        "title": panel.title,
        "datasource": SOURCE,
        "gridPos": {"x": column * WIDTH, "y": row * HEIGHT, "w": WIDTH, "h": HEIGHT},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "targets": [
            {"refId": chr(ord("A") + line), "expr": query, "legendFormat": called}
            for line, (query, called) in enumerate(panel.queries)
        ],
    }
