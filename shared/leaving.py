"""Somebody leaves: what a service keeps for them is let go of, a few things at a time.

One rule: each step is one transaction that also counts what it did; the last one answers, once, in
the service's own name. Booking and visitors go the same way, each in its own database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, MetaData, Row, Table, Uuid, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared import directory
from shared.events.base import Event
from shared.events.directory import PersonFacts
from shared.messaging.outbox import announce
from shared.messaging.timers import set_timer

AT_ONCE = "let_go_at_once"
"""In the session's `info`, where it is not the usual number."""

LEAVING = "leaving"
"""The timer, by the person's id, that goes on where a step has ended."""


@dataclass(frozen=True)
class Leaver:
    """Somebody who has left, who was to take over, and what has been done so far."""

    person_id: UUID
    tenant_id: UUID
    successor_id: UUID | None
    left_at: datetime
    counts: Mapping[str, int]


Work = Callable[[AsyncSession, Leaver], Awaitable[Counter[str]]]
"""Lets go of at most `at_once` things, counts them by kind; fewer where nothing more is left."""

Answer = Callable[[AsyncSession, Leaver], Awaitable[Event]]
"""What the service says when all is done."""


def at_once(session: AsyncSession, *, usually: int = 100) -> int:
    """As many things of who leaves are let go of in one transaction."""
    found: int = session.info.get(AT_ONCE, usually)
    return found


def add_leavers_table(metadata: MetaData) -> Table:
    """The table `leavers`: one row for each person whose delisting was heard of."""
    return Table(
        "leavers",
        metadata,
        Column("person_id", Uuid, primary_key=True),
        Column("tenant_id", Uuid, nullable=False),
        Column("successor_id", Uuid),
        Column("left_at", DateTime(timezone=True), nullable=False),
        Column("counts", JSONB, nullable=False),
        Column("answered_at", DateTime(timezone=True)),
    )


_leavers = add_leavers_table(MetaData())
_COLUMNS = [column for column in _leavers.columns if column.name != "answered_at"]


async def note_leaver(session: AsyncSession, person: PersonFacts, *, left_at: datetime) -> Leaver:
    """Keeps that they have left. Call it only where the directory's news of it is news."""
    values: dict[str, Any] = {
        "person_id": person.person_id,
        "tenant_id": person.tenant_id,
        "successor_id": person.successor_id,
        "left_at": left_at,
        "counts": {},
        "answered_at": None,
    }
    statement = insert(_leavers).values(values)
    anew = statement.on_conflict_do_update(index_elements=["person_id"], set_=values)
    return _leaver((await session.execute(anew.returning(*_COLUMNS))).one())


async def leaver_not_answered_for(session: AsyncSession, person_id: UUID) -> Leaver | None:
    """The leaver, locked; None where all is done and said."""
    query = select(*_COLUMNS).where(
        _leavers.c.person_id == person_id, _leavers.c.answered_at.is_(None)
    )
    row = (await session.execute(query.with_for_update())).first()
    return None if row is None else _leaver(row)


async def successor_of(session: AsyncSession, leaver: Leaver) -> UUID | None:
    """A listed colleague of the leaver's own tenant, held listed; None where there is none."""
    successor_id = leaver.successor_id
    if successor_id is None or successor_id == leaver.person_id:
        return None
    is_held = await directory.is_held_listed(session, successor_id, tenant_id=leaver.tenant_id)
    return successor_id if is_held else None


def _leaver(row: Row[Any]) -> Leaver:
    return Leaver(**row._mapping)


async def let_go(
    session: AsyncSession, leaver: Leaver, *, work: Work, answer: Answer, at: datetime
) -> None:
    """One step: does a part of the work, and answers or sets the timer for the rest."""
    done = await work(session, leaver)
    leaver = replace(leaver, counts=Counter(leaver.counts) + done)
    is_done = done.total() < at_once(session)
    if is_done:
        announce(session, await answer(session, leaver))
    else:
        # Later than now, since the timer that is going off may be of this very moment.
        due_at = at + timedelta(milliseconds=1)
        await set_timer(session, LEAVING, key=str(leaver.person_id), due_at=due_at)
    await session.execute(
        update(_leavers)
        .where(_leavers.c.person_id == leaver.person_id)
        .values(counts=dict(leaver.counts), answered_at=at if is_done else None)
    )
