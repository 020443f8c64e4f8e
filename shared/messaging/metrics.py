"""What messaging counts, for Prometheus; each service brings its own registry."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge


class MessagingMetrics:
    """Names end as Prometheus asks: counters in `_total`, times in `_seconds`."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        registry = registry or CollectorRegistry()
        self.published = Counter(
            "parvis_outbox_published_total", "Events confirmed by the bus.", registry=registry
        )
        self.troubles = Counter(
            "parvis_outbox_troubles_total",
            "Publishes that failed.",
            ["why"],
            registry=registry,
        )
        self.handled = Counter(
            "parvis_inbox_handled_total",
            "Deliveries by what became of them.",
            ["outcome"],
            registry=registry,
        )
        self.timers = Counter(
            "parvis_timers_total", "Timers that went off.", ["outcome"], registry=registry
        )
        self.outbox_depth = Gauge(
            "parvis_outbox_events", "Events not yet confirmed by the bus.", registry=registry
        )
        self.outbox_age = Gauge(
            "parvis_outbox_oldest_seconds", "Age of the oldest such event.", registry=registry
        )
        self.held = Gauge(
            "parvis_outbox_held_events",
            "Such events that the bus does not take at present.",
            ["why"],
            registry=registry,
        )
        self.waiting = Gauge(
            "parvis_inbox_waiting_events", "Events that wait to be tried again.", registry=registry
        )
        self.parked = Gauge(
            "parvis_inbox_parked_events", "Events that wait for a person.", registry=registry
        )
