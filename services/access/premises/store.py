"""What can be looked up about the premises. A tenant sees its own zones and the shared ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.access.premises.domain import AccessPoint, Door, NoSuchDoor, NoSuchZone, Zone
from shared.identity.listed import PARK_WIDE, Person


def _is_seen_by(me: Person) -> ColumnElement[bool]:
    """Of a zone: whether this caller may see it."""
    if me.has(*PARK_WIDE):
        return col(Zone.zone_id).is_not(None)
    return or_(col(Zone.tenant_id).is_(None), col(Zone.tenant_id) == me.tenant_id)


async def zone(session: AsyncSession, zone_id: UUID, *, seen_by: Person) -> Zone:
    """Raises `NoSuchZone`, also for a zone that the caller may not see."""
    query = select(Zone).where(col(Zone.zone_id) == zone_id, _is_seen_by(seen_by))
    found = await session.scalar(query)
    if found is None:
        raise NoSuchZone
    return found


async def zones(
    session: AsyncSession,
    *,
    seen_by: Person,
    code: str | None,
    after: tuple[str] | None,
    limit: int,
) -> Sequence[Zone]:
    query = select(Zone).where(_is_seen_by(seen_by)).order_by(col(Zone.code)).limit(limit)
    if code is not None:
        query = query.where(col(Zone.code) == code)
    if after is not None:
        query = query.where(col(Zone.code) > after[0])
    return (await session.scalars(query)).all()


async def zones_by_id(session: AsyncSession, zone_ids: Iterable[UUID]) -> dict[UUID, Zone]:
    """Those of the listed zones that are known, for rules that are nobody's view."""
    query = select(Zone).where(col(Zone.zone_id).in_(list(zone_ids)), col(Zone.is_listed))
    return {zone.zone_id: zone for zone in await session.scalars(query)}


async def listed_zones(session: AsyncSession) -> Sequence[Zone]:
    """All zones, the larger ones first, locked."""
    query = select(Zone).where(col(Zone.is_listed)).order_by(col(Zone.zone_id))
    found = (await session.scalars(query.with_for_update())).all()
    return sorted(found, key=lambda zone: len(zone.ancestor_ids))


async def door(session: AsyncSession, door_id: UUID, *, seen_by: Person) -> Door:
    """Raises `NoSuchDoor`, also for a door into a zone that the caller may not see."""
    query = (
        select(Door)
        .join(Zone, col(Zone.zone_id) == col(Door.to_zone_id))
        .where(col(Door.door_id) == door_id, _is_seen_by(seen_by))
    )
    found = await session.scalar(query)
    if found is None:
        raise NoSuchDoor
    return found


async def doors(
    session: AsyncSession,
    *,
    seen_by: Person,
    code: str | None,
    after: tuple[str] | None,
    limit: int,
) -> Sequence[Door]:
    query = (
        select(Door)
        .join(Zone, col(Zone.zone_id) == col(Door.to_zone_id))
        .where(_is_seen_by(seen_by))
        .order_by(col(Door.code))
        .limit(limit)
    )
    if code is not None:
        query = query.where(col(Door.code) == code)
    if after is not None:
        query = query.where(col(Door.code) > after[0])
    return (await session.scalars(query)).all()


async def access_points(
    session: AsyncSession, door_ids: Iterable[UUID]
) -> dict[UUID, list[AccessPoint]]:
    """The directions through these doors, by door; `in` first."""
    query = (
        select(AccessPoint)
        .where(col(AccessPoint.door_id).in_(list(door_ids)))
        .order_by(col(AccessPoint.direction))
    )
    found: dict[UUID, list[AccessPoint]] = {}
    for point in await session.scalars(query):
        found.setdefault(point.door_id, []).append(point)
    return found


async def access_point(session: AsyncSession, access_point_id: UUID) -> AccessPoint | None:
    return await session.get(AccessPoint, access_point_id)
