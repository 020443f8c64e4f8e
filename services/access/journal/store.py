"""The journal's two tables: append, and search. Through the driver: each decision passes here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from services.access.journal.domain import EntryKind, JournalEntry, Particulars, new_salt
from shared.messaging.outbox import driver_in_transaction

APPEND = """
entry AS (
    INSERT INTO journal_entries (
        entry_id, kind, occurred_at, recorded_at, decision_id, controller_id, epoch, sequence,
        access_point_id, door_id, from_zone_id, to_zone_id, outcome, reason, flags, evidence,
        commitment)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17 {source}
), particulars AS (
    INSERT INTO journal_particulars (
        entry_id, salt, person_id, visitor_id, visit_id, tenant_id, badge_id, card_format,
        facility, number, pass_digest, booking_ids, author_id, details)
    SELECT $1, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30::jsonb {source}
)
"""
"""Both rows of an entry; parameters as `row` gives them. `{source}`: on which row they depend."""

_APPEND_ALONE = f"WITH {APPEND.format(source='')} SELECT"


def row(entry: JournalEntry, particulars: Particulars) -> list[Any]:
    """The parameters of `APPEND`; the entry's commitment is made here."""
    salt = new_salt()
    entry.commitment = particulars.commitment(salt)
    return [
        entry.entry_id,
        str(entry.kind),
        entry.occurred_at,
        entry.recorded_at,
        entry.decision_id,
        entry.controller_id,
        entry.epoch,
        entry.sequence,
        entry.access_point_id,
        entry.door_id,
        entry.from_zone_id,
        entry.to_zone_id,
        entry.outcome,
        entry.reason,
        entry.flags,
        entry.evidence,
        entry.commitment,
        salt,
        particulars.person_id,
        particulars.visitor_id,
        particulars.visit_id,
        particulars.tenant_id,
        particulars.badge_id,
        particulars.card_format,
        particulars.facility,
        particulars.number,
        particulars.pass_digest,
        particulars.booking_ids,
        particulars.author_id,
        orjson.dumps(particulars.details, option=orjson.OPT_SORT_KEYS).decode(),
    ]


async def append(session: AsyncSession, entry: JournalEntry, particulars: Particulars) -> None:
    """One more thing that happened."""
    connection = await driver_in_transaction(session)
    await connection.execute(_APPEND_ALONE, *row(entry, particulars))


@dataclass(frozen=True)
class Search:
    """What somebody looks for in the journal; None: anything."""

    person_id: UUID | None = None
    visit_id: UUID | None = None
    visitor_id: UUID | None = None
    door_id: UUID | None = None
    zone_id: UUID | None = None
    outcome: str | None = None
    reason: str | None = None
    since: datetime | None = None
    until: datetime | None = None


_SEARCH = """
SELECT {entry}, p.entry_id IS NULL AS is_erased, p.person_id, p.visitor_id, p.visit_id, p.tenant_id,
       p.badge_id, p.card_format, p.facility, p.number, p.booking_ids, p.author_id, p.details
FROM journal_entries AS e LEFT JOIN journal_particulars AS p USING (entry_id)
WHERE {conditions}
ORDER BY e.position DESC
LIMIT {limit}
"""

_CONDITIONS = {
    "person_id": "p.person_id = {}",
    "visit_id": "p.visit_id = {}",
    "visitor_id": "p.visitor_id = {}",
    "door_id": "e.door_id = {}",
    "zone_id": "(e.to_zone_id = {0} OR e.from_zone_id = {0})",
    "outcome": "e.outcome = {}",
    "reason": "e.reason = {}",
    "since": "e.occurred_at >= {}",
    "until": "e.occurred_at < {}",
    "tenant_id": "p.tenant_id = {}",
    "before": "e.position < (SELECT position FROM journal_entries WHERE entry_id = {})",
}


_OF_A_TENANT = (
    f"(e.kind IN ('{EntryKind.DECISION}', '{EntryKind.PASSAGE}')"
    f" OR (e.kind = '{EntryKind.ACT}' AND p.person_id IS NOT NULL))"
)
"""Beside their `tenant_id`: what a tenant's admin may read."""


async def entries(
    session: AsyncSession,
    search: Search,
    *,
    tenant_id: UUID | None,
    before: UUID | None,
    limit: int,
) -> Sequence[asyncpg.Record]:
    """The newest first. With `tenant_id`, passages and decisions of that tenant's holders alone,
    and acts about its own people.
    """
    wanted = {
        **{name: getattr(search, name) for name in Search.__dataclass_fields__},
        "tenant_id": tenant_id,
        "before": before,
    }
    given = [(name, value) for name, value in wanted.items() if value is not None]
    conditions = [_CONDITIONS[name].format(f"${n}") for n, (name, _) in enumerate(given, 1)]
    if tenant_id is not None:
        conditions.append(_OF_A_TENANT)
    entry = ", ".join(f"e.{name}" for name in JournalEntry.model_fields)
    where = " AND ".join(conditions) or "true"
    query = _SEARCH.format(entry=entry, conditions=where, limit=int(limit))
    connection = await driver_in_transaction(session)
    found: list[asyncpg.Record] = await connection.fetch(query, *(value for _, value in given))
    return found
