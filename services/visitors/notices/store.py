"""Looks up notices, those of a visit and those that are due; and tenants' channels."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from services.visitors.notices.domain import (
    MOST_CHANNELS,
    Became,
    NoSuchChannel,
    Notice,
    NoticeAttempt,
    NoticeChannel,
    NoticeKind,
    NoticeStatus,
)
from services.visitors.tenant_locks import hold_alone
from shared import directory
from shared.events.directory import TenantFacts
from shared.events.premises import Names, ZoneKind
from shared.messaging.outbox import driver_in_transaction

MOST_NOTICES = 200


async def notices_of_visit(
    session: AsyncSession, visit_id: UUID, *, lock: bool = False
) -> Sequence[Notice]:
    """In the order they were made."""
    query = (
        select(Notice)
        .where(col(Notice.visit_id) == visit_id)
        .order_by(col(Notice.position))
        .limit(MOST_NOTICES)
    )
    found = await session.scalars(query.with_for_update() if lock else query)
    return found.all()


async def due_notices(
    session: AsyncSession, *, at: datetime, limit: int, are_messages: bool = False
) -> Sequence[Notice]:
    """Mails, or else messages. Locked, oldest first; one waits while an earlier one of the same
    visit to the same reader is queued. What another worker holds is passed over.
    """
    earlier = aliased(Notice)
    is_blocked = exists().where(
        col(earlier.visit_id) == col(Notice.visit_id),
        col(earlier.status) == NoticeStatus.QUEUED,
        col(earlier.position) < col(Notice.position),
        col(earlier.reader) == col(Notice.reader),
    )
    found = await session.scalars(
        select(Notice)
        .where(col(Notice.status) == NoticeStatus.QUEUED, col(Notice.next_at) <= at, ~is_blocked)
        .where(col(Notice.channel).is_not(None) if are_messages else col(Notice.channel).is_(None))
        .order_by(col(Notice.next_at), col(Notice.position))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return found.all()


async def was_told(
    session: AsyncSession, visit_id: UUID, kind: NoticeKind, *, since: datetime
) -> bool:
    """Whether there is such a notice of that visit, made then or later."""
    made = select(col(Notice.id)).where(
        col(Notice.visit_id) == visit_id,
        col(Notice.kind) == kind,
        col(Notice.created_at) >= since,
    )
    return await session.scalar(made.limit(1)) is not None


async def note(
    session: AsyncSession, notice_id: UUID, *, number: int, became: Became, at: datetime
) -> None:
    """What became of an attempt; who notes it has begun it, so it exists."""
    notice = await session.get_one(Notice, notice_id, with_for_update=True)
    notice.ended(await session.get_one(NoticeAttempt, (notice_id, number)), became, at=at)


async def channels_of_tenant(session: AsyncSession, tenant_id: UUID) -> Sequence[NoticeChannel]:
    """All of them, by name; there are few."""
    found = await session.scalars(
        select(NoticeChannel)
        .where(col(NoticeChannel.tenant_id) == tenant_id)
        .order_by(col(NoticeChannel.name))
        .limit(MOST_CHANNELS)
    )
    return found.all()


_CHANNELS_FOR = """
SELECT name FROM notice_channels WHERE tenant_id = $1 AND $2 = ANY (kinds) ORDER BY name LIMIT $3
"""


async def channels_for(session: AsyncSession, tenant_id: UUID, *, kind: NoticeKind) -> list[str]:
    """The names of those to which the tenant's notices of that kind go."""
    connection = await driver_in_transaction(session)
    rows = await connection.fetch(_CHANNELS_FOR, tenant_id, kind.value, MOST_CHANNELS)
    return [row["name"] for row in rows]


async def hold_tenants_channels(session: AsyncSession, tenant_id: UUID) -> int:
    """How many there are; nobody else adds one until this transaction ends."""
    await hold_alone(session, "channels", tenant_id=tenant_id)
    counted = select(func.count()).where(col(NoticeChannel.tenant_id) == tenant_id)
    return await session.scalar(counted) or 0


async def find_channel(
    session: AsyncSession, tenant_id: UUID, name: str, *, lock: bool = False
) -> NoticeChannel | None:
    """None where the tenant has none of that name."""
    query = select(NoticeChannel).where(
        col(NoticeChannel.tenant_id) == tenant_id, col(NoticeChannel.name) == name
    )
    found: NoticeChannel | None = await session.scalar(query.with_for_update() if lock else query)
    return found


async def channel(
    session: AsyncSession, tenant_id: UUID, name: str, *, lock: bool = False
) -> NoticeChannel:
    """Raises `NoSuchChannel`."""
    found = await find_channel(session, tenant_id, name, lock=lock)
    if found is None:
        raise NoSuchChannel
    return found


@dataclass(frozen=True)
class ZoneOnTheWay:
    """A zone as visitors are told of it."""

    zone_id: UUID
    kind: ZoneKind
    names: Names


_UPWARDS = """
WITH RECURSIVE up AS (
    SELECT zone_id AS begins, zone_id, parent_id, 0 AS height FROM known_zones
    WHERE zone_id = ANY ($1)
    UNION ALL
    SELECT up.begins, above.zone_id, above.parent_id, up.height + 1
    FROM up JOIN known_zones AS above ON above.zone_id = up.parent_id
    WHERE up.height < 16
)
SELECT up.begins, zone_id, z.kind, z.name_fr, z.name_ar, z.name_en
FROM up JOIN known_zones AS z USING (zone_id) ORDER BY up.begins, up.height
"""


async def zones_upwards(
    session: AsyncSession, zone_ids: Collection[UUID]
) -> dict[UUID, list[ZoneOnTheWay]]:
    """Each zone that is known, with all it is in, from itself to the park."""
    connection = await driver_in_transaction(session)
    found: dict[UUID, list[ZoneOnTheWay]] = {}
    for row in await connection.fetch(_UPWARDS, list(zone_ids)):
        found.setdefault(row["begins"], []).append(
            ZoneOnTheWay(
                row["zone_id"],
                ZoneKind(row["kind"]),
                Names(fr=row["name_fr"], ar=row["name_ar"], en=row["name_en"]),
            )
        )
    return found


async def landlord(session: AsyncSession) -> TenantFacts | None:
    """Whoever runs the park; None while nobody is known to."""
    known = directory.tenants.c
    which = select(known.tenant_id).where(known.is_landlord, known.is_listed)
    tenant_id = await session.scalar(which.order_by(known.tenant_id).limit(1))
    return None if tenant_id is None else await directory.tenant(session, tenant_id)
