"""Decisions written and looked up; through the driver where each read at a door passes.

One rule: what is written proves in the same statement that the policy it was decided by still
stands. A revocation that was committed before is never missed, on whatever process.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.access.decisions.domain import Reason
from services.access.decisions.judged import Judged
from services.access.decisions.records import Decision
from services.access.journal.domain import JournalEntry, JournalParticulars
from shared.database import Driver

WRITE = """
WITH asked AS MATERIALIZED (
    SELECT t.* FROM unnest($2::decision_row[]) AS t
    WHERE EXISTS (SELECT FROM policy_version WHERE version = $1)
), claimed AS (
    INSERT INTO decisions (
        entry_id, decision_id, controller_id, epoch, sequence, access_point_id, evidence,
        body_digest, outcome, reason, flags, strike_ms, open_ms, read_at, decided_at, is_taken,
        occurred_at, told_at)
    SELECT entry_id, decision_id, controller_id, epoch, CASE WHEN is_numbered THEN sequence END,
        access_point_id, evidence, body_digest, outcome, reason, flags,
        strike_ms, open_ms, read_at, decided_at, is_taken,
        CASE WHEN is_taken THEN read_at END, CASE WHEN is_taken THEN decided_at END
    FROM asked
    ON CONFLICT ON CONSTRAINT decisions_read_key DO NOTHING
    RETURNING decision_id
), entry AS (
    INSERT INTO journal_entries (
        entry_id, kind, occurred_at, recorded_at, decision_id, controller_id, epoch, sequence,
        access_point_id, door_id, from_zone_id, to_zone_id, outcome, reason, flags, evidence,
        commitment)
    SELECT entry_id, 'decision', read_at, decided_at, decision_id, controller_id, epoch, sequence,
        access_point_id, door_id, from_zone_id, to_zone_id, outcome, reason,
        flags, evidence, commitment
    FROM asked JOIN claimed USING (decision_id)
), particulars AS (
    INSERT INTO journal_particulars (
        entry_id, salt, person_id, visitor_id, visit_id, tenant_id, badge_id, card_format,
        facility, number, pass_digest, booking_ids, details, inputs)
    SELECT entry_id, salt, person_id, visitor_id, visit_id, tenant_id, badge_id, card_format,
        facility, number, pass_digest, booking_ids, '{}', inputs::jsonb
    FROM asked JOIN claimed USING (decision_id)
)
SELECT (SELECT version FROM policy_version) AS version,
    ARRAY(SELECT decision_id FROM claimed) AS written
"""

_PRIOR = f"""
SELECT {", ".join(Decision.model_fields)} FROM decisions
WHERE controller_id = $1 AND epoch = $2 AND sequence = $3
"""  # noqa: S608 - our own columns

_HAS_READ = """
SELECT EXISTS (
    SELECT FROM decisions AS d JOIN journal_particulars AS p USING (entry_id)
    WHERE d.access_point_id = $1 AND d.decided_at > $2 AND d.reason = ANY($3) AND {who}
)
"""
_SOMEBODY_ELSE = _HAS_READ.format(who="p.person_id <> $4")
_ONE_OF_THEM = _HAS_READ.format(who="p.person_id = ANY($4)")

_UNLOCK = "UPDATE doors SET unlocked_until = $2 WHERE door_id = $1"


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a batch: at another `version` nothing was written at all."""

    version: int
    decision_ids: frozenset[UUID]
    """Those missing had a number that was used before."""


async def write(connection: Driver, judged: Sequence[Judged], *, version: int) -> Written:
    """The decisions and their journal entries, all at once, if that version still stands.

    Numbers are claimed in their order: two processes that are asked the same reads never wait for
    each other crosswise.
    """
    in_order = sorted(judged, key=_number)
    found = await connection.fetchrow(WRITE, version, [each.row() for each in in_order])
    assert found is not None
    return Written(found["version"], frozenset(found["written"]))


def _number(judged: Judged) -> tuple[UUID, int, int]:
    question = judged.question
    return judged.found.point.controller_id, question.epoch, question.sequence


async def prior(connection: Driver, judged: Judged) -> Decision:
    """The decision on the read of that number, which was used."""
    found = await connection.fetchrow(_PRIOR, *_number(judged))
    assert found is not None
    return Decision(**dict(found))


async def has_somebody_else_read(
    connection: Driver,
    access_point_id: UUID,
    *,
    since: datetime,
    reasons: Iterable[Reason],
    person_id: UUID,
) -> bool:
    """Whether another person's read was decided so at an access point."""
    found: bool = await connection.fetchval(
        _SOMEBODY_ELSE, access_point_id, since, [each.value for each in reasons], person_id
    )
    return found


async def has_one_of_them_read(
    connection: Driver,
    access_point_id: UUID,
    *,
    since: datetime,
    reasons: Iterable[Reason],
    person_ids: Iterable[UUID],
) -> bool:
    """Whether a read of one of these people was decided so at an access point."""
    found: bool = await connection.fetchval(
        _ONE_OF_THEM, access_point_id, since, [each.value for each in reasons], list(person_ids)
    )
    return found


async def unlock_door(connection: Driver, door_id: UUID, *, until: datetime) -> None:
    """The first badge has unlocked it."""
    await connection.execute(_UNLOCK, door_id, until)


async def decision_of_controller(
    session: AsyncSession, decision_id: UUID, *, controller_id: UUID, access_point_id: UUID
) -> Decision | None:
    """The decision, locked, if it was this controller's at that access point."""
    query = select(Decision).where(
        col(Decision.decision_id) == decision_id,
        col(Decision.controller_id) == controller_id,
        col(Decision.access_point_id) == access_point_id,
    )
    return await session.scalar(query.with_for_update())


async def decision(
    session: AsyncSession, decision_id: UUID, *, tenant_id: UUID | None
) -> tuple[Decision, JournalEntry, JournalParticulars | None] | None:
    """A decision with its entry and whom it was about; with `tenant_id`, only of its holders."""
    query = (
        select(Decision, JournalEntry, JournalParticulars)
        .join(JournalEntry, col(JournalEntry.entry_id) == col(Decision.entry_id))
        .outerjoin(JournalParticulars, col(JournalParticulars.entry_id) == col(Decision.entry_id))
        .where(col(Decision.decision_id) == decision_id)
    )
    if tenant_id is not None:
        query = query.where(col(JournalParticulars.tenant_id) == tenant_id)
    found = (await session.execute(query)).first()
    return None if found is None else (found[0], found[1], found[2])


Taken = tuple[Decision, JournalEntry, JournalParticulars]


async def end_of_the_day_before(session: AsyncSession, *, day: timedelta) -> datetime | None:
    """When the day began that ends with what the journal has last; None of an empty one."""
    last = (
        select(col(JournalEntry.recorded_at)).order_by(col(JournalEntry.position).desc()).limit(1)
    )
    recorded_at = await session.scalar(last)
    return None if recorded_at is None else recorded_at - day


async def taken_after(
    session: AsyncSession, place: tuple[datetime, int], *, limit: int
) -> Sequence[Taken]:
    """Ways taken by visitors, and by whom bookings covered, in the order in which they read;
    `place`: when the one before read, and where it stands in the journal.
    """
    entry, about = JournalEntry, JournalParticulars
    when = tuple_(col(entry.occurred_at), col(entry.position))
    query = (
        select(Decision, entry, about)
        .join(entry, col(entry.decision_id) == col(Decision.decision_id))
        .join(about, col(about.entry_id) == col(entry.entry_id))
        .where(when > place, col(entry.entry_id) == col(Decision.entry_id))
        .where(col(Decision.is_taken).is_(True))
        .where(or_(col(about.visit_id).is_not(None), func.cardinality(about.booking_ids) > 0))
        .order_by(when)
        .limit(limit)
    )
    return [(each[0], each[1], each[2]) for each in await session.execute(query)]


async def particulars(session: AsyncSession, entry_id: UUID) -> JournalParticulars | None:
    """Whom an entry is about; None where it was erased."""
    return await session.get(JournalParticulars, entry_id)


async def entry(session: AsyncSession, entry_id: UUID) -> JournalEntry:
    return await session.get_one(JournalEntry, entry_id)
