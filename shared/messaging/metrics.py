"""What messaging counts, for Prometheus; each service brings its own registry."""

from __future__ import annotations

from collections import Counter as Counted
from collections.abc import Sequence
from functools import partial

import asyncpg
from prometheus_client import CollectorRegistry, Counter, Gauge

from shared.events import all_events, owner_of


class MessagingMetrics:
    """Names end as Prometheus asks: counters in `_total`, times in `_seconds`."""

    def __init__(self, service: str, registry: CollectorRegistry | None = None) -> None:
        registry = registry or CollectorRegistry()
        self._count_outbox(registry)
        self._count_inbox(registry)
        self.timers = Counter(
            "parvis_timers_total", "Timers that went off.", ["outcome"], registry=registry
        )
        self._begin_at_nothing(service)

    def _begin_at_nothing(self, service: str) -> None:
        """What is known to be counted one day is shown from the start: Prometheus sees no increase
        in the first count of a series that was not there before.
        """
        for name in all_events():
            if owner_of(name) == service:
                self.published.labels(name, "false")
        for why in ("unavailable", "unroutable", "forbidden", "full"):
            self.troubles.labels(why)
        for outcome in ("done", "waiting", "parked", "known", "dead"):
            self.handled.labels(outcome)
        for outcome in ("done", "failed"):
            self.timers.labels(outcome)

    def _count_outbox(self, registry: CollectorRegistry) -> None:
        counter, gauge = partial(Counter, registry=registry), partial(Gauge, registry=registry)
        self.published = counter(
            "parvis_outbox_published_total",
            "Events confirmed by the bus; a replay tells once more what was told.",
            ["event", "replay"],
        )
        self.troubles = counter("parvis_outbox_troubles_total", "Publishes that failed.", ["why"])
        self.outbox_depth = gauge("parvis_outbox_events", "Events not yet confirmed by the bus.")
        self.outbox_age = gauge("parvis_outbox_oldest_seconds", "Age of the oldest such event.")
        self.held = gauge(
            "parvis_outbox_held_events",
            "Such events that the bus does not take at present.",
            ["why"],
        )
        self.relay_turn = gauge(
            "parvis_relay_turn_timestamp_seconds",
            "When this relay last had its turn at the outbox (Unix time).",
        )

    def _count_inbox(self, registry: CollectorRegistry) -> None:
        gauge = partial(Gauge, registry=registry)
        self.handled = Counter(
            "parvis_inbox_handled_total",
            "Deliveries by what became of them.",
            ["outcome"],
            registry=registry,
        )
        self.listening = gauge(
            "parvis_inbox_listening",
            "Whether this worker hears its queue, as the active one or as a stand-by (1).",
        )
        self.waiting = gauge("parvis_inbox_waiting_events", "Events that are to be tried again.")
        self.parked = gauge("parvis_inbox_parked_events", "Events that wait for a person.")
        self.dead = gauge(
            "parvis_inbox_dead_messages",
            "Messages that could not even be read, when last counted.",
        )

    def has_published(self, rows: Sequence[asyncpg.Record]) -> None:
        """The bus has confirmed these rows of the outbox."""
        for (name, is_replay), count in Counted((r["name"], r["is_replay"]) for r in rows).items():
            self.published.labels(name, str(is_replay).lower()).inc(count)
