"""Who reaches what, looked up: set by set in the database, judged at `at` by the rights of now.

Visibility is decided here: of others' people and of doors into others' zones nothing is found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.access.directory.domain import Person, Tenant
from services.access.groups.domain import GroupMember
from services.access.premises.domain import AccessPoint, Door, NoSuchAccessPoint, Zone
from services.access.reach.domain import Able, Judged
from services.access.rights.claims import (
    about_rights,
    claim_of,
    claims,
    ground_of,
)
from services.access.rights.domain import RightStatus
from services.access.rights.effective import Claim, Judgement, Standing
from services.access.rights.hours import opening_hours
from shared.identity.listed import PARK_WIDE
from shared.identity.listed import Person as Caller
from shared.messaging.outbox import driver_in_transaction

MOST_RIGHTS = 2000
"""Of one answer. Nobody has as many that count; what is over would be a mistake of the data."""

_TARGETS = about_rights("""
SELECT DISTINCT {target} AS target FROM {rights}
WHERE {is_live} AND {is_valid} AND r.holder_id = ANY($2)
  AND (r.access_point_id IS NOT NULL OR z.is_listed)
  AND ($3::uuid IS NULL OR {target} > $3)
ORDER BY target LIMIT $4
""")
_AT_TARGETS = about_rights("""
SELECT {claim} FROM {rights}
WHERE {is_live} AND {is_valid} AND r.holder_id = ANY($2) AND {target} = ANY($3)
ORDER BY r.right_id LIMIT $4
""")
_CONSIDERED = about_rights("""
SELECT r.status, here.is_aimed, {claim}
FROM {rights},
     LATERAL (SELECT (r.access_point_id = $3 OR r.zone_id = $4) IS TRUE) AS here (is_aimed)
WHERE r.ended_at IS NULL AND r.holder_id = ANY($2) AND (here.is_aimed OR {is_valid})
ORDER BY here.is_aimed DESC, {is_valid} DESC, r.right_id LIMIT $5
""")
_SCHEDULES = about_rights("""
SELECT r.schedule_id FROM rights AS r
WHERE {is_live} AND r.holder_kind <> 'visit' AND r.schedule_id IS NOT NULL
  AND (r.access_point_id = $1 OR r.zone_id = $2)
UNION
SELECT schedule_id FROM ceilings
WHERE ended_at IS NULL AND zone_id = $2 AND schedule_id IS NOT NULL
""")
_WHO = about_rights("""
WITH counting AS MATERIALIZED (
    SELECT r.right_id, r.holder_id FROM {rights}
    WHERE {is_live} AND {is_valid} AND r.holder_kind <> 'visit'
      AND (r.access_point_id = $2 OR r.zone_id = $3)
      AND (r.schedule_id IS NULL OR r.schedule_id = ANY($4))
      AND (NOT r.is_under_ceiling OR z.tenant_id = r.author_tenant_id
           OR (z.tenant_id IS NULL AND EXISTS (
               SELECT FROM ceilings AS c
               WHERE c.zone_id = z.zone_id AND c.tenant_id = r.author_tenant_id
                 AND c.ended_at IS NULL
                 AND (c.valid_from IS NULL OR c.valid_from <= $1)
                 AND (c.valid_until > $1) IS NOT FALSE
                 AND (c.schedule_id IS NULL OR c.schedule_id = ANY($4)))))
), able AS (
    SELECT p.person_id, right_id FROM counting JOIN people AS p ON p.person_id = holder_id
    UNION ALL
    SELECT p.person_id, right_id FROM counting JOIN people AS p ON p.tenant_id = holder_id
    UNION ALL
    SELECT m.person_id, right_id FROM counting JOIN group_members AS m ON m.group_id = holder_id
)
SELECT p.person_id, p.tenant_id, p.given_name, p.family_name,
       array_agg(right_id ORDER BY right_id) AS right_ids
FROM able JOIN people AS p USING (person_id) JOIN tenants AS t ON t.tenant_id = p.tenant_id
WHERE p.is_listed AND t.is_listed AND ($5::uuid IS NULL OR p.tenant_id = $5)
  AND ($6::uuid IS NULL OR p.person_id > $6)
GROUP BY p.person_id
ORDER BY p.person_id LIMIT $7
""")


async def access_point(
    session: AsyncSession, access_point_id: UUID, *, seen_by: Caller
) -> AccessPoint:
    """Raises `NoSuchAccessPoint`, also for a door into a zone that the caller may not see."""
    query = (
        select(AccessPoint)
        .join(Door, col(Door.door_id) == col(AccessPoint.door_id))
        .join(Zone, col(Zone.zone_id) == col(Door.to_zone_id))
        .where(col(AccessPoint.access_point_id) == access_point_id)
    )
    if not seen_by.has(*PARK_WIDE):
        own = col(Zone.tenant_id) == seen_by.tenant_id
        query = query.where(or_(col(Zone.tenant_id).is_(None), own))
    found = await session.scalar(query)
    if found is None:
        raise NoSuchAccessPoint
    return found


async def is_listed(session: AsyncSession, person: Person) -> bool:
    """Whether somebody and their tenant are in the directory."""
    tenant = await session.get(Tenant, person.tenant_id)
    return person.is_listed and tenant is not None and tenant.is_listed


async def holders_of(session: AsyncSession, person: Person) -> list[UUID]:
    """In whose names they hold rights: their own, their tenant's, their groups'."""
    query = select(col(GroupMember.group_id))
    query = query.where(col(GroupMember.person_id) == person.person_id)
    return [person.person_id, person.tenant_id, *await session.scalars(query)]


async def targets(
    session: AsyncSession,
    holders: Sequence[UUID],
    *,
    at: datetime,
    after: tuple[UUID] | None,
    limit: int,
) -> list[UUID]:
    """The zones and access points that a valid right of theirs is for, in the order of ids."""
    connection = await driver_in_transaction(session)
    rows = await connection.fetch(_TARGETS, at, holders, after[0] if after else None, limit)
    return [row["target"] for row in rows]


async def counting_at(
    session: AsyncSession, holders: Sequence[UUID], targets: Sequence[UUID], *, at: datetime
) -> list[Judged]:
    """Which of their rights for these zones and access points count."""
    connection = await driver_in_transaction(session)
    rows = await connection.fetch(_AT_TARGETS, at, holders, targets, MOST_RIGHTS)
    found = [claim_of(row) for row in rows]
    return [each for each in await judged(session, found, at=at) if each.judgement.counts]


async def judged(session: AsyncSession, claims: Sequence[Claim], *, at: datetime) -> list[Judged]:
    ground = await ground_of(session, claims)
    return [Judged(claim, ground.judge(claim, at=at)) for claim in claims]


async def considered(
    session: AsyncSession,
    holders: Sequence[UUID],
    point: AccessPoint,
    *,
    at: datetime,
    limit: int,
) -> list[Judged]:
    """Their rights there, the valid ones first, then those of theirs that lead elsewhere."""
    connection = await driver_in_transaction(session)
    rows = await connection.fetch(
        _CONSIDERED, at, holders, point.access_point_id, point.to_zone_id, limit
    )
    found = []
    instead = {}
    for status, is_aimed, *values in rows:
        claim = claim_of(dict(zip(Claim.__dataclass_fields__, values, strict=True)))
        found.append(claim)
        if not is_aimed:
            instead[claim.right_id] = Standing.OTHER_ZONE
        elif status == RightStatus.REFUSED:
            instead[claim.right_id] = Standing.REFUSED
    return [
        replace(each, judgement=Judgement(instead[each.claim.right_id]))
        if each.claim.right_id in instead
        else each
        for each in await judged(session, found, at=at)
    ]


async def who(
    session: AsyncSession,
    point: AccessPoint,
    *,
    at: datetime,
    tenant_id: UUID | None,
    after: tuple[UUID] | None,
    limit: int,
) -> list[Able]:
    """Who may pass, by person; with `tenant_id` of that tenant's people alone."""
    connection = await driver_in_transaction(session)
    where = (point.access_point_id, point.to_zone_id)
    named = [row["schedule_id"] for row in await connection.fetch(_SCHEDULES, *where)]
    is_open = await opening_hours(session, named)
    opened = [schedule_id for schedule_id in named if is_open(schedule_id, at)]
    rows = await connection.fetch(
        _WHO, at, *where, opened, tenant_id, after[0] if after else None, limit
    )
    return [Able(**dict(row)) for row in rows]


async def rights_judged(
    session: AsyncSession, right_ids: set[UUID], *, at: datetime
) -> dict[UUID, Judged]:
    found = await judged(session, await claims(session, right_ids), at=at)
    return {each.claim.right_id: each for each in found}
