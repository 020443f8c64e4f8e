"""From the bus to the reaction: what it changes, what it announces and the memory that it ran are
one transaction; the acknowledgement comes after.

One rule: acknowledged means committed, as done, waiting or parked. What cannot even be read is
rejected, to the dead queue.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractContextManager
from uuid import UUID

import structlog
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database import Busy, Database, DatabaseAway
from shared.events.base import Envelope, Event, UnknownEvent, Unreadable, owner_of
from shared.messaging import inbox_rows
from shared.messaging.backoff import Backoff
from shared.messaging.batches import Batches
from shared.messaging.bus import Message, Verdict
from shared.messaging.crash import crash_point
from shared.messaging.inbox import AnyReaction, Inbox
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.reasons import reason_of
from shared.messaging.settings import MessagingSettings
from shared.messaging.topology import exchange_of
from shared.messaging.tracing import MessageSpans
from shared.messaging.turns import Turns

log = structlog.get_logger(__name__)

LARGEST = 256 * 1024
ROUNDS = 3
"""So often an event may meet a database that goes away under it, before it is put aside."""

Claim = Callable[[AsyncSession], Awaitable[inbox_rows.Claimed]]
"""Takes the event in the transaction at hand, and says whether the reaction is to run."""


class TooSlow(Exception):
    """The reaction did not end in time."""


class FalseSender(Exception):
    """The message was said where, or by whom, it may not be."""


class Receiver:
    """Deals with the messages of one service."""

    def __init__(
        self,
        database: Database,
        inbox: Inbox,
        *,
        settings: MessagingSettings,
        metrics: MessagingMetrics,
        spans: MessageSpans | None = None,
    ) -> None:
        self._database, self._inbox = database, inbox
        self._settings, self._metrics = settings, metrics
        self._spans = spans or MessageSpans()
        self._turns = Turns()
        self._batches = Batches(
            self._together, slots=settings.reactions_at_once, largest=settings.batch
        )
        self._never = asyncio.Event()
        self.put_aside = asyncio.Event()
        """Set whenever events began to wait, or what others wait for has gone."""

    async def ready(self) -> None:
        """Returns when the database answers; nothing is consumed before."""
        backoff = self._patience()
        while not await self._database.answers():
            await backoff.wait(unless=self._never)

    def _patience(self) -> Backoff:
        return Backoff(
            first=self._settings.backoff_first, longest=self._settings.backoff_longest / 6
        )

    async def deliver(self, message: Message) -> Verdict:
        """See `bus.Deliver`."""
        try:
            envelope = read(message)
        except (Unreadable, FalseSender) as error:
            self._metrics.handled.labels("dead").inc()
            kind = type(error).__name__
            log.error("inbox.dead", service=self._inbox.service, error=kind)
            return Verdict.REJECT
        heard = inbox_rows.Heard(envelope, message.body)
        async with self._turns.turn(envelope.subject):
            if not await self._batches.was_done_together(heard):
                async with self._batches.alone():
                    await self._see_through(
                        envelope, lambda session: inbox_rows.take(session, heard)
                    )
        return Verdict.ACK

    async def _together(self, batch: Sequence[inbox_rows.Heard]) -> bool:
        """Many reactions, one commit; whatever goes wrong, nothing of it has happened."""
        try:
            async with asyncio.timeout(self._settings.batch_timeout):
                async with self._database.transaction() as session:
                    claims = await inbox_rows.take_many(session, batch)
                    for heard, claimed in zip(batch, claims, strict=True):
                        if claimed.is_to_run:
                            await self._one_of_many(heard.envelope, session)
        except Exception as error:  # an edge: each is tried alone, and says what is wrong with it
            log.info("inbox.one_by_one", service=self._inbox.service, error=type(error).__name__)
            return False
        crash_point("after_reaction")
        for claimed in claims:
            self._metrics.handled.labels(claimed.outcome).inc()
        if any(claimed.outcome == inbox_rows.WAITING for claimed in claims):
            self.put_aside.set()
        return True

    async def _one_of_many(self, envelope: Envelope, session: AsyncSession) -> None:
        """As if the session were its own: it sees no object that another reaction has loaded."""
        event, reaction = self._reaction_to(envelope)
        with _bound(envelope), self._spans.reacting(envelope):
            await self._react(reaction, event, session)
            await session.flush()
            session.expunge_all()

    async def retry(self, event_id: UUID, body: str) -> None:
        """Tries an event that waits; its row says what becomes of it."""
        try:
            envelope = Envelope.from_json(body.encode())
        except Unreadable as error:
            async with self._database.transaction() as session:
                await inbox_rows.park(session, event_id, reason=reason_of(error))
            return
        async with self._turns.turn(envelope.subject), self._batches.alone():
            await self._see_through(
                envelope, lambda session: inbox_rows.take_again(session, event_id)
            )
        self.put_aside.set()

    async def _see_through(self, envelope: Envelope, claim: Claim) -> None:
        """Comes back only when the event's row is committed."""
        with _bound(envelope), self._spans.reacting(envelope):
            trouble: Exception = DatabaseAway()
            for _ in range(ROUNDS):
                try:
                    return await self._try(envelope, claim)
                except (DatabaseAway, Busy) as error:
                    log.warning("inbox.database_away", service=self._inbox.service)
                    trouble = error
                    await self.ready()
            backoff = self._patience()
            while True:
                try:
                    return await self._put_aside(envelope, claim, trouble)
                except (DatabaseAway, Busy):
                    await backoff.wait(unless=self._never)

    async def _try(self, envelope: Envelope, claim: Claim) -> None:
        """Runs it; what fails is put aside. `DatabaseAway` or `Busy` where that failed too."""
        now = asyncio.get_running_loop().time
        deadline = now() + self._settings.reaction_timeout
        for pause in (*self._settings.retries_in_process, None):
            try:
                outcome = await self._once(envelope, claim)
            except (Busy, DatabaseAway) as error:
                if pause is None or now() > deadline:
                    if isinstance(error, DatabaseAway) and not await self._database.answers():
                        raise
                    return await self._put_aside(envelope, claim, error)
                await asyncio.sleep(pause)
            except Exception as error:  # an edge: whatever a reaction raises is put aside
                return await self._put_aside(envelope, claim, error)
            else:
                self._metrics.handled.labels(outcome).inc()
                if outcome == inbox_rows.WAITING:
                    self.put_aside.set()
                return None
        return None

    async def _once(self, envelope: Envelope, claim: Claim) -> str:
        async with self._database.transaction() as session:
            claimed = await claim(session)
            if claimed.is_to_run:
                event, reaction = self._reaction_to(envelope)
                await self._react(reaction, event, session)
        crash_point("after_reaction")
        return claimed.outcome

    def _reaction_to(self, envelope: Envelope) -> tuple[Event, AnyReaction]:
        event = Event.from_envelope(envelope)
        reaction = self._inbox.reaction_to(envelope.type)
        if reaction is None:
            raise UnknownEvent(envelope.type)
        return event, reaction

    async def _react(self, reaction: AnyReaction, event: Event, session: AsyncSession) -> None:
        try:
            async with asyncio.timeout(self._settings.reaction_timeout) as patience:
                await reaction(event, session)
        except TimeoutError as error:
            if patience.expired():
                raise TooSlow(f"after {self._settings.reaction_timeout} s") from error
            raise
        crash_point("in_reaction")

    async def _put_aside(self, envelope: Envelope, claim: Claim, error: Exception) -> None:
        """In a new transaction: it waits, or where waiting cannot help, it is parked."""
        is_hopeless = isinstance(error, UnknownEvent | ValidationError)
        async with self._database.transaction() as session:
            claimed = await claim(session)
            if not claimed.is_to_run:
                return
            ladder = () if is_hopeless else self._settings.waiting_ladder
            outcome = await inbox_rows.put_aside(
                session, envelope, reason=reason_of(error), ladder=ladder
            )
        self._metrics.handled.labels(outcome).inc()
        self.put_aside.set()
        log.warning(f"inbox.{outcome}", service=self._inbox.service, error=type(error).__name__)


def _bound(envelope: Envelope) -> AbstractContextManager[None]:
    """Every log line within says which event it is about; whom, the inbox knows by its id."""
    return structlog.contextvars.bound_contextvars(
        event_id=str(envelope.id), event_name=envelope.type
    )


def read(message: Message) -> Envelope:
    """The envelope, if it is one, and was said by whom it says and where they speak."""
    if len(message.body) > LARGEST:
        raise Unreadable("too large")
    envelope = Envelope.from_json(message.body)
    owner = owner_of(envelope.type)
    if owner is None or owner != envelope.owner:
        raise FalseSender(f"{envelope.source} does not own {envelope.type}")
    if message.exchange != exchange_of(owner) or message.name != envelope.type:
        raise FalseSender(f"{envelope.type} on {message.exchange} as {message.name}")
    return envelope
