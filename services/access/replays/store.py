"""What a replay reads: the rights that may open the zones in question, and the reads themselves.

Set by set, within one window and one zone index; reads are streamed, the newest first, so that
neither memory nor a statement grows with the journal. Whose reads: those of one tenant, or of all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from services.access.replays.domain import DECIDED_BY_RIGHTS, Read, Rules, Scope
from services.access.rights.claims import about_rights, caps_over, claim_of
from services.access.rights.effective import Claim
from shared.messaging.outbox import driver_in_transaction

AT_ONCE = 500
"""Rows fetched and weighed before others get their turn."""

_OUT_OF_ORDER = timedelta(minutes=10)
"""Positions are given a moment after the time of a decision, by several writers."""

_CLAIMS_OF_HOLDER = about_rights(
    "SELECT {claim} FROM {rights} WHERE {is_live} AND r.holder_id = $1"
)
_CLAIMS_UNDER = about_rights("""
SELECT {claim} FROM {rights}
WHERE {is_live} AND r.is_under_ceiling AND r.author_tenant_id = $2
  AND (r.zone_id = $1
       OR r.access_point_id IN (SELECT access_point_id FROM access_points WHERE to_zone_id = $1))
""")
_CLAIMS = about_rights("""
SELECT {claim}, r.granted_at, r.ended_at FROM {rights}
WHERE r.status = 'granted' AND r.holder_kind <> 'visit'
  AND (r.ended_at IS NULL OR (r.source = 'booking' AND r.ended_at > $1))
  AND (r.valid_until > $1) IS NOT FALSE
  AND (r.zone_id = ANY($2)
       OR r.access_point_id IN
           (SELECT access_point_id FROM access_points WHERE to_zone_id = ANY($2)))
  AND (r.holder_kind <> 'person' OR r.holder_id = ANY($3)
       OR r.holder_id IN (SELECT person_id FROM people WHERE tenant_id = ANY($4))
       OR r.holder_id IN (SELECT person_id FROM group_members WHERE group_id = ANY($5)))
""")
_GROUPS = """
SELECT person_id, array_agg(group_id) AS group_ids FROM group_members
WHERE group_id = ANY($1) GROUP BY person_id
"""
_POSITION_AT = """
WITH RECURSIVE halves (low, high) AS (
    SELECT min(position), max(position) + 1 FROM journal_entries
    UNION ALL
    SELECT CASE WHEN is_before THEN middle + 1 ELSE low END,
           CASE WHEN is_before THEN high ELSE middle END
    FROM halves, LATERAL (SELECT (low + high) / 2 AS middle) AS half, LATERAL (
        SELECT e.recorded_at < $1 AS is_before FROM journal_entries AS e
        WHERE e.position >= middle ORDER BY e.position LIMIT 1) AS probe
    WHERE low < high
)
SELECT max(low) FROM halves
"""
_WINDOW = """
    e.kind = 'decision' AND e.position >= $1 AND e.recorded_at >= $2 AND e.recorded_at < $3
    AND e.to_zone_id = ANY($4) AND e.reason = ANY($5)
"""


def _in_window(query: str) -> str:
    return query.format(window=_WINDOW)


_READS = _in_window("""
SELECT e.recorded_at, e.access_point_id, e.to_zone_id, p.person_id, p.tenant_id
FROM journal_entries AS e JOIN journal_particulars AS p USING (entry_id)
WHERE {window}
  AND p.person_id IS NOT NULL AND ($6::uuid IS NULL OR p.tenant_id = $6)
  AND (p.person_id = ANY($7) OR p.tenant_id = ANY($8) OR p.person_id IN (
       SELECT person_id FROM group_members WHERE group_id = ANY($9)))
ORDER BY e.position DESC
""")
_ERASED = _in_window("""
SELECT count(*) FROM journal_entries AS e
WHERE {window}
  AND NOT EXISTS (SELECT FROM journal_particulars AS p WHERE p.entry_id = e.entry_id)
""")


async def claims_of_holder(session: AsyncSession, holder_id: UUID) -> list[Claim]:
    connection = await driver_in_transaction(session)
    return [claim_of(row) for row in await connection.fetch(_CLAIMS_OF_HOLDER, holder_id)]


async def claims_under(session: AsyncSession, zone_id: UUID, *, tenant_id: UUID) -> list[Claim]:
    """The rights that count on that zone only under a ceiling of that tenant."""
    connection = await driver_in_transaction(session)
    return [claim_of(row) for row in await connection.fetch(_CLAIMS_UNDER, zone_id, tenant_id)]


async def rules(session: AsyncSession, scope: Scope, *, since: datetime) -> Rules:
    """What opens the scope's zones today, to those of the scope; of bookings also what opened them
    since then.
    """
    connection = await driver_in_transaction(session)
    claims: dict[UUID, tuple[Claim, ...]] = defaultdict(tuple)
    rows = connection.cursor(_CLAIMS, since, scope.zone_ids, *scope.whose, prefetch=AT_ONCE)
    async for row in rows:
        claim = claim_of(_as_it_stood(row))
        claims[claim.holder_id] += (claim,)
    members = await connection.fetch(_GROUPS, [*claims, *scope.group_ids])
    return Rules(
        claims=dict(claims),
        groups={row["person_id"]: frozenset(row["group_ids"]) for row in members},
        caps=await caps_over(session, scope.zone_ids),
    )


def _as_it_stood(row: asyncpg.Record) -> dict[str, object]:
    """A booking's right counted from when it was there until it ended; a granted one is taken as
    if it had always been there.
    """
    values = dict(row)
    granted_at, ended_at = values.pop("granted_at"), values.pop("ended_at")
    if values["source"] == "booking":
        starts, ends = values["valid_from"], values["valid_until"]
        values["valid_from"] = max(starts or granted_at, granted_at)
        values["valid_until"] = min(ends or ended_at, ended_at) if ended_at else ends
    return values


class Reads:
    """The reads of a window that rights decided and that a change can touch."""

    def __init__(
        self,
        connection: asyncpg.Connection[asyncpg.Record],
        scope: Scope,
        *,
        since: datetime,
        until: datetime,
        position: int,
    ) -> None:
        self._connection = connection
        self._scope = scope
        self._since = since
        self._from, self._within = position, (until, scope.zone_ids, DECIDED_BY_RIGHTS)

    async def newest_first(self, *, tenant_id: UUID | None) -> AsyncGenerator[Read]:
        """With `tenant_id` those of that tenant's people alone."""
        window = (self._from, self._since, *self._within)
        whose = (tenant_id, *self._scope.whose)
        cursor = self._connection.cursor(_READS, *window, *whose, prefetch=AT_ONCE)
        async for row in cursor:
            yield Read(*row)

    async def erased(self, *, since: datetime) -> int:
        """How many reads there were since then of whom nobody knows any more whose they are."""
        found: int = await self._connection.fetchval(_ERASED, self._from, since, *self._within)
        return found


async def reads(session: AsyncSession, scope: Scope, *, since: datetime, until: datetime) -> Reads:
    connection = await driver_in_transaction(session)
    position = await connection.fetchval(_POSITION_AT, since - _OUT_OF_ORDER)
    return Reads(connection, scope, since=since, until=until, position=position or 0)
