"""What a service announces: collected during the transaction, written with it.

One rule: a fact is committed if and only if its event is. Nothing is published from here; the relay
takes it from the table afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from sqlalchemy import event as event_api
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session, SessionTransaction

from shared.events.base import Event, owner_of
from shared.messaging.crash import crash_point, crash_wanted
from shared.messaging.tables import (
    OURS,
    add_messaging_tables,
    messaging_ddl,
    messaging_ddl_undone,
)
from shared.messaging.topology import is_read_by_anyone
from shared.telemetry import current_traceparent

__all__ = [
    "Announcement",
    "NotOurs",
    "TooLarge",
    "add_messaging_tables",
    "announce",
    "announce_again",
    "announcement",
    "columns",
    "driver_in_transaction",
    "messaging_ddl",
    "messaging_ddl_undone",
    "write_announcements",
    "writing",
]

LARGEST = 256 * 1024 - 1024
"""Bytes of facts in one event: the message is at most 256 KiB, its envelope included."""

_ANNOUNCED = "announced"

COLUMNS = 10
"""How many parameters the writing of announcements takes."""


def writing(*, first: int = 1, only_if: str = "true") -> str:
    """Takes the subjects' locks in the order given, numbers the events, writes them: `bumped` and
    `written_out`, to stand in a WITH. None gets a number below the floor (see `retelling`). Its
    parameters begin at `first`; see `columns`.
    """
    p = [f"${first + nth}" for nth in range(COLUMNS)]
    return f"""
ground_floor AS MATERIALIZED (
    SELECT coalesce(max(floor), 0) AS floor FROM retellings WHERE owner = '{OURS}'
),
bumped AS (
    INSERT INTO subjects AS s (subject, sequence)
    SELECT subject, (SELECT floor FROM ground_floor) + greatest(more, 1)
    FROM unnest({p[0]}::text[], {p[1]}::bigint[]) AS t (subject, more)
    WHERE {only_if}
    ON CONFLICT (subject) DO UPDATE
        SET sequence = greatest(s.sequence, (SELECT floor FROM ground_floor))
            + ({p[1]}::bigint[])[array_position({p[0]}::text[], s.subject)]
    RETURNING subject, sequence
),
written_out AS (
    INSERT INTO outbox
        (event_id, name, subject, sequence, tenant_id, body, trace, is_replay)
    SELECT e.event_id, e.name, e.subject, b.sequence - e.behind, e.tenant_id, e.body, e.trace,
        e.is_replay
    FROM unnest(
        {p[2]}::uuid[], {p[3]}::text[], {p[4]}::text[], {p[5]}::bigint[], {p[6]}::uuid[],
        {p[7]}::text[], {p[8]}::bool[], {p[9]}::text[]
    ) WITH ORDINALITY
        AS e (event_id, name, subject, behind, tenant_id, body, is_replay, trace, nth)
    JOIN bumped AS b USING (subject)
    ORDER BY e.nth
)"""  # noqa: S608 - numbers of parameters, and our own condition


_WRITE = f"WITH {writing()} SELECT"


class NotOurs(ValueError):
    """A service announces only events whose names are its own."""


class TooLarge(ValueError):
    """The facts of one event must fit into one message."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """An event as it will stand in the outbox."""

    event_id: UUID
    name: str
    subject: str
    tenant_id: UUID | None
    body: str
    is_replay: bool
    trace: str | None
    savepoint: SessionTransaction | None
    """Within which it was said: where that is rolled back, it was not said."""

    def was_said_within(self, undone: SessionTransaction) -> bool:
        savepoint = self.savepoint
        while savepoint is not None and savepoint is not undone:
            savepoint = savepoint.parent
        return savepoint is not None


def announce(session: AsyncSession, event: Event) -> None:
    """Tell the others, if and only if this transaction commits, and the savepoint it is said in.

    A personal event that nobody reads is not written at all. Raises `NotOurs` and `TooLarge`.
    """
    _collect(session, event, is_replay=False)


def announce_again(session: AsyncSession, event: Event, *, event_id: UUID | None = None) -> bool:
    """Tell the latest facts of an aggregate once more: new id, `replay` true, its sequence as it
    was, or the floor where that is higher. False: it is personal, and nobody reads it.

    Lock the aggregate's row first, so that these are its latest facts.
    """
    return _collect(session, event, is_replay=True, event_id=event_id)


def announcement(
    service: str | None,
    event: Event,
    *,
    is_replay: bool = False,
    event_id: UUID | None = None,
    savepoint: SessionTransaction | None = None,
) -> Announcement | None:
    """The event as that service announces it; None where it is personal and nobody reads it.

    Raises `NotOurs` and `TooLarge`.
    """
    if owner_of(event.name) != service:
        raise NotOurs(f"{service} may not announce {event.name}")
    body = event.to_data()
    if len(body) > LARGEST:
        raise TooLarge(f"{event.name} of {event.subject} has {len(body)} bytes")
    if not is_read_by_anyone(event.name) and event.is_personal:
        return None
    return Announcement(
        event_id or uuid4(),
        event.name,
        event.subject,
        event.tenant_id,
        body.decode(),
        is_replay,
        current_traceparent(),
        savepoint,
    )


def columns(announced: Sequence[Announcement]) -> list[list[Any]]:
    """The parameters of `writing`: the subjects and how many events more each has, then the events,
    each with how many of its subject come after it.
    """
    numbered = dict.fromkeys(sorted(each.subject for each in announced), 0)
    for each in announced:
        numbered[each.subject] += not each.is_replay
    left, behind = dict(numbered), []
    for each in announced:
        left[each.subject] -= not each.is_replay
        behind.append(max(left[each.subject], 0))
    return [
        list(numbered),
        list(numbered.values()),
        [each.event_id for each in announced],
        [each.name for each in announced],
        [each.subject for each in announced],
        behind,
        [each.tenant_id for each in announced],
        [each.body for each in announced],
        [each.is_replay for each in announced],
        [each.trace for each in announced],
    ]


def _collect(
    session: AsyncSession, event: Event, *, is_replay: bool, event_id: UUID | None = None
) -> bool:
    savepoint = session.sync_session.get_nested_transaction()
    said = announcement(
        session.info.get("service"),
        event,
        is_replay=is_replay,
        event_id=event_id,
        savepoint=savepoint,
    )
    if said is None:
        return False
    if savepoint is not None:
        _listen_for_its_end(session.sync_session)
    session.info.setdefault(_ANNOUNCED, []).append(said)
    return True


def _listen_for_its_end(session: Session) -> None:
    if not event_api.contains(session, "after_soft_rollback", _take_back):
        event_api.listen(session, "after_soft_rollback", _take_back)


def _take_back(session: Session, undone: SessionTransaction) -> None:
    announced: list[Announcement] = session.info.get(_ANNOUNCED, [])
    announced[:] = [each for each in announced if not each.was_said_within(undone)]


async def write_announcements(session: AsyncSession) -> None:
    """Write what was announced; `shared.database` calls it as the last thing before the commit."""
    announced: list[Announcement] = session.info.pop(_ANNOUNCED, [])
    if not announced:
        return
    await session.flush()
    connection = await driver_in_transaction(session)
    await connection.execute(_WRITE, *columns(announced))
    crash_point("before_commit")
    if crash_wanted("after_commit"):
        event_api.listen(session.sync_session, "after_commit", _crash_after_commit, once=True)


def _crash_after_commit(_: object) -> None:
    crash_point("after_commit")


async def driver_in_transaction(session: AsyncSession) -> asyncpg.Connection[Any]:
    """The asyncpg connection of the session, its transaction begun.

    SQLAlchemy sends BEGIN only with its own first statement; the bare driver would autocommit.
    """
    connection = await session.connection()
    raw = (await connection.get_raw_connection()).driver_connection
    assert raw is not None
    if not raw.is_in_transaction():
        await connection.execute(text("SELECT 1"))
    return raw  # type: ignore[no-any-return]  # SQLAlchemy types every driver's connection as Any
