"""Publishes rows of the outbox: many subjects at once, each subject in its order.

One rule: what the bus does not take holds up its own subject, and no other.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import asyncpg
import structlog

from shared.messaging.bus import Bus, BusUnavailable, NotTaken
from shared.messaging.crash import crash_point, crash_wanted
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.outbox_rows import BEHIND, UNAUDITED, UNROUTABLE
from shared.messaging.settings import MessagingSettings
from shared.messaging.topology import NEVER_WAIT, is_read_by_anyone
from shared.messaging.tracing import MessageSpans
from shared.messaging.wire import message_of

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Sent:
    """What became of a batch; rows that are in none of these were not tried."""

    confirmed: list[asyncpg.Record] = field(default_factory=list)
    held: dict[int, str] = field(default_factory=dict)
    """Why, by position."""
    newly_closed: set[str] = field(default_factory=set)
    trouble: BusUnavailable | None = None


class Sending:
    """One relay's way to the bus; it knows which names were not taken when last tried."""

    def __init__(
        self,
        bus: Bus,
        *,
        service: str,
        settings: MessagingSettings,
        metrics: MessagingMetrics,
        spans: MessageSpans,
    ) -> None:
        self._bus, self._service = bus, service
        self._settings, self._metrics, self._spans = settings, metrics, spans
        self._closed: dict[str, str] = {}

    async def send(self, rows: Sequence[asyncpg.Record], *, tries_again: bool = False) -> Sent:
        """Returns when each row was confirmed, is held, or need not be waited for.

        Events of a closed name are held without being tried, unless it `tries_again`.
        """
        by_subject: dict[str, list[asyncpg.Record]] = {}
        for row in rows:
            by_subject.setdefault(row["subject"], []).append(row)
        left = iter(by_subject.values())
        deadline = asyncio.get_running_loop().time() + self._settings.relay_idle_timeout / 3
        sent = Sent()

        async def one_subject_after_another() -> None:
            for subject_rows in left:
                await self._in_order(subject_rows, sent, deadline, tries_again=tries_again)

        async with asyncio.TaskGroup() as together:
            for _ in range(min(self._settings.relay_in_flight, len(by_subject))):
                together.create_task(one_subject_after_another())
        return sent

    async def _in_order(
        self, rows: list[asyncpg.Record], sent: Sent, deadline: float, *, tries_again: bool
    ) -> None:
        """Never two of one subject in flight; none after one whose fate is unknown."""
        is_behind = False
        for row in rows:
            name, position = row["name"], row["position"]
            if sent.trouble is not None or asyncio.get_running_loop().time() > deadline:
                return
            if (is_behind or row["is_behind"]) and name not in NEVER_WAIT:
                sent.held[position] = BEHIND
            elif name in self._closed and not tries_again:
                sent.held[position], is_behind = self._closed[name], True
            else:
                await self._try(row, sent)
                is_behind = position in sent.held

    async def _try(self, row: asyncpg.Record, sent: Sent) -> None:
        name = row["name"]
        try:
            await self._publish(row)
        except BusUnavailable as error:
            self._metrics.troubles.labels("unavailable").inc()
            sent.trouble = sent.trouble or error
        except NotTaken as error:
            sent.held[row["position"]] = why = _why(error)
            self._metrics.troubles.labels(why).inc()
            self._close(name, why, sent)
        else:
            self._closed.pop(name, None)
            sent.confirmed.append(row)

    def _close(self, name: str, why: str, sent: Sent) -> None:
        if name not in self._closed:
            sent.newly_closed.add(name)
            say = log.info if why == UNAUDITED else log.error
            say("relay.held", service=self._service, event_name=name, why=why)
        self._closed[name] = why

    async def _publish(self, row: asyncpg.Record) -> None:
        if crash_wanted("after_publish"):
            asyncio.get_running_loop().call_later(0.002, crash_point, "after_publish")
        message = message_of(row, service=self._service)
        with self._spans.publishing(row["name"], row["trace"]):
            await self._bus.publish(message)


def _why(error: NotTaken) -> str:
    if error.why == UNROUTABLE and not is_read_by_anyone(error.name):
        return UNAUDITED
    return error.why
