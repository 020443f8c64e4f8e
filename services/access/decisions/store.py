"""What decides, gathered in one statement; the decision and its journal entry, written in one.

SQL through the driver: each read at a door passes here. What is gathered is read inside the
transaction that writes, so no revocation that was committed before it began is missed.
"""

from __future__ import annotations

from uuid import UUID

import asyncpg
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.access.credentials.domain import BadgeStatus
from services.access.decisions.domain import (
    BadgeFound,
    Found,
    PassFound,
    Point,
    Question,
    RightFound,
)
from services.access.decisions.records import Decision
from services.access.journal.domain import JournalEntry, JournalParticulars, Particulars
from services.access.journal.store import APPEND, row
from services.access.premises.domain import CardFormat
from services.access.rights.domain import RightSource
from shared.events.access import Evidence
from shared.events.visits import Admits, Entries, VisitStatus
from shared.messaging.outbox import driver_in_transaction

_GATHER = """
WITH point AS (
    SELECT a.access_point_id, a.door_id, a.from_zone_id, a.to_zone_id, a.is_way_out,
           d.strike_ms, d.evidence, d.card_format, c.epoch
    FROM access_points AS a JOIN doors AS d USING (door_id)
    JOIN controllers AS c USING (controller_id)
    WHERE a.access_point_id = $1 AND d.controller_id = $2
), badge AS (
    SELECT b.badge_id, b.person_id, b.tenant_id, b.status, b.valid_from, b.valid_until,
           p.is_listed AND t.is_listed AS is_listed,
           count(*) FILTER (WHERE b.ended_at IS NULL AND p.is_listed) OVER () AS fits
    FROM point
    JOIN unnest($3::text[], $4::int[], $5::bigint[]) AS r (card_format, facility, number)
        ON r.card_format = point.card_format
    JOIN badges AS b ON b.number = r.number AND b.facility = r.facility
        AND b.card_format = r.card_format
    JOIN people AS p USING (person_id) JOIN tenants AS t ON t.tenant_id = p.tenant_id
    ORDER BY p.is_listed DESC, b.ended_at IS NULL DESC, b.issued_at DESC
    LIMIT 1
), visit AS (
    SELECT v.visit_id, v.visitor_id, v.tenant_id, v.status, v.pass_valid_from, v.pass_valid_until,
           v.pass_admits, v.pass_entries,
           coalesce(p.is_inside OR p.entering_by IS NOT NULL, false) AS is_inside
    FROM known_visits AS v
    LEFT JOIN presence AS p ON p.holder_kind = 'visitor' AND p.holder_id = v.visit_id
    WHERE v.pass_digest = $6
    ORDER BY v.pass_valid_until DESC
    LIMIT 1
), held AS (
    SELECT array_agg(r.source) AS sources, array_agg(r.source_id) AS source_ids,
           array_agg(r.valid_from) AS starts, array_agg(r.valid_until) AS ends
    FROM point LEFT JOIN badge ON true LEFT JOIN visit ON true
    JOIN rights AS r ON r.ended_at IS NULL AND r.status = 'granted'
        AND r.holder_id IN (badge.person_id, badge.tenant_id, visit.visit_id)
        AND (r.zone_id = point.to_zone_id OR r.access_point_id = point.access_point_id)
)
SELECT point.*, held.*, badge.badge_id, badge.person_id, badge.tenant_id AS badge_tenant_id,
       badge.status AS badge_status, badge.valid_from, badge.valid_until, badge.is_listed,
       badge.fits, visit.visit_id, visit.visitor_id, visit.tenant_id AS visit_tenant_id,
       visit.status AS visit_status, visit.pass_valid_from, visit.pass_valid_until,
       visit.pass_admits, visit.pass_entries, visit.is_inside
FROM point CROSS JOIN held LEFT JOIN badge ON true LEFT JOIN visit ON true
"""

_ONE_AT_A_TIME = "SELECT FROM known_visits WHERE pass_digest = $1 FOR UPDATE"
"""A pass admits once: its reads are decided one after the other, each seeing the one before."""

_PRIOR = "SELECT * FROM decisions WHERE controller_id = $1 AND epoch = $2 AND sequence = $3"

_WRITE = f"""
WITH claimed AS (
    INSERT INTO decisions (
        entry_id, decision_id, controller_id, epoch, sequence, access_point_id, evidence,
        body_digest, outcome, reason, flags, strike_ms, read_at, decided_at, is_taken,
        occurred_at, told_at)
    SELECT $1, $5, $6, $7, $36, $9, $16, $31, $13, $14, $15, $32, $3, $4, $33, $34, $35
    ON CONFLICT ON CONSTRAINT decisions_read_key DO NOTHING
    RETURNING decision_id
), {APPEND.format(source="FROM claimed")}
SELECT decision_id FROM claimed
"""  # noqa: S608 - constants of this service
"""Parameters 1 to 30 are the journal's. A read numbered before writes nothing at all."""


async def prior(
    session: AsyncSession, controller_id: UUID, *, epoch: int, sequence: int
) -> Decision:
    """The decision on the read of that number, which was used."""
    connection = await driver_in_transaction(session)
    found = await connection.fetchrow(_PRIOR, controller_id, epoch, sequence)
    assert found is not None
    return Decision(**dict(found))


async def gather(session: AsyncSession, question: Question, *, controller_id: UUID) -> Found | None:
    """All that decides, at this moment. None: the controller has no such access point."""
    connection = await driver_in_transaction(session)
    if question.read.pass_digest is not None:
        await connection.execute(_ONE_AT_A_TIME, question.read.pass_digest)
    numbers = question.read.numbers or ()
    found = await connection.fetchrow(
        _GATHER,
        question.access_point_id,
        controller_id,
        [each.card_format.value for each in numbers],
        [each.facility for each in numbers],
        [each.number for each in numbers],
        question.read.pass_digest,
    )
    if found is None:
        return None
    return Found(
        point=_point(found), read=question.read, holder=_holder(found), rights=_rights(found)
    )


def _point(found: asyncpg.Record) -> Point:
    return Point(
        access_point_id=found["access_point_id"],
        door_id=found["door_id"],
        from_zone_id=found["from_zone_id"],
        to_zone_id=found["to_zone_id"],
        is_way_out=found["is_way_out"],
        strike_ms=found["strike_ms"],
        evidence=Evidence(found["evidence"]),
        card_format=CardFormat(found["card_format"]),
        epoch=found["epoch"],
    )


def _holder(found: asyncpg.Record) -> BadgeFound | PassFound | None:
    if found["badge_id"] is not None:
        return BadgeFound(
            badge_id=found["badge_id"],
            person_id=found["person_id"],
            tenant_id=found["badge_tenant_id"],
            status=BadgeStatus(found["badge_status"]),
            valid_from=found["valid_from"],
            valid_until=found["valid_until"],
            is_listed=found["is_listed"],
            fits=found["fits"],
        )
    if found["visit_id"] is None:
        return None
    return PassFound(
        visit_id=found["visit_id"],
        visitor_id=found["visitor_id"],
        tenant_id=found["visit_tenant_id"],
        status=VisitStatus(found["visit_status"]),
        valid_from=found["pass_valid_from"],
        valid_until=found["pass_valid_until"],
        admits=Admits(found["pass_admits"]),
        entries=Entries(found["pass_entries"]),
        is_inside=found["is_inside"],
    )


def _rights(found: asyncpg.Record) -> tuple[RightFound, ...]:
    if found["sources"] is None:
        return ()
    columns = (found["sources"], found["source_ids"], found["starts"], found["ends"])
    return tuple(
        RightFound(RightSource(source), source_id, starts_at, ends_at)
        for source, source_id, starts_at, ends_at in zip(*columns, strict=True)
    )


async def write(
    session: AsyncSession, decision: Decision, entry: JournalEntry, particulars: Particulars
) -> bool:
    """The decision and its journal entry. False: the number was used at this very moment."""
    connection = await driver_in_transaction(session)
    claimed = await connection.fetchval(
        _WRITE,
        *row(entry, particulars),
        decision.body_digest,
        decision.strike_ms,
        decision.is_taken,
        decision.occurred_at,
        decision.told_at,
        decision.sequence,
    )
    return claimed is not None


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


async def particulars(session: AsyncSession, entry_id: UUID) -> JournalParticulars | None:
    """Whom an entry is about; None where it was erased."""
    return await session.get(JournalParticulars, entry_id)


async def entry(session: AsyncSession, entry_id: UUID) -> JournalEntry:
    return await session.get_one(JournalEntry, entry_id)
