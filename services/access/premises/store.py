"""What can be looked up about the premises. A tenant sees its own zones and the shared ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.access.database import AccessTable
from services.access.premises.domain import (
    AccessPoint,
    Door,
    NoSuchDoor,
    NoSuchZone,
    Zone,
    ZoneIsGone,
)
from shared.identity.listed import PARK_WIDE, Person

T = TypeVar("T", bound=AccessTable)


def _is_seen_by(me: Person) -> ColumnElement[bool]:
    """Of a zone: whether this caller may see it."""
    if me.has(*PARK_WIDE):
        return col(Zone.zone_id).is_not(None)
    return or_(col(Zone.tenant_id).is_(None), col(Zone.tenant_id) == me.tenant_id)


def _locked(query: Select[T], *, of: type[T]) -> Select[T]:
    """The row as it is when its turn has come, held until the transaction ends."""
    return query.with_for_update(of=of).execution_options(populate_existing=True)


async def zone(
    session: AsyncSession, zone_id: UUID, *, seen_by: Person, lock: bool = False
) -> Zone:
    """Raises `NoSuchZone`, also for a zone that the caller may not see.

    Locked, nobody builds on it meanwhile.
    """
    query = select(Zone).where(col(Zone.zone_id) == zone_id, _is_seen_by(seen_by))
    found = await session.scalar(_locked(query, of=Zone) if lock else query)
    if found is None:
        raise NoSuchZone
    return found


async def standing_zone(session: AsyncSession, zone_id: UUID, *, seen_by: Person) -> Zone:
    """A listed zone to build on: it is not delisted before the caller is done.

    Raises `NoSuchZone`, `ZoneIsGone`.
    """
    query = select(Zone).where(col(Zone.zone_id) == zone_id, _is_seen_by(seen_by))
    query = query.with_for_update(read=True).execution_options(populate_existing=True)
    found = await session.scalar(query)
    if found is None:
        raise NoSuchZone
    if not found.is_listed:
        raise ZoneIsGone
    return found


async def locked_zone(session: AsyncSession, zone_id: UUID) -> Zone:
    """The zone, for acts that are nobody's view. Raises `NoSuchZone`."""
    found = await session.get(Zone, zone_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NoSuchZone
    return found


async def standing_zones(session: AsyncSession, zone_ids: Iterable[UUID]) -> Sequence[Zone]:
    """Those of the zones that are listed, which none of them ceases to be meanwhile."""
    query = (
        select(Zone)
        .where(col(Zone.zone_id).in_(list(zone_ids)), col(Zone.is_listed))
        .order_by(col(Zone.zone_id))
    )
    return (await session.scalars(query.with_for_update(read=True))).all()


async def zones(
    session: AsyncSession,
    *,
    seen_by: Person,
    code: str | None,
    after: tuple[str] | None,
    limit: int,
) -> Sequence[Zone]:
    """Listed ones, in the order of their codes."""
    query = (
        select(Zone)
        .where(_is_seen_by(seen_by), col(Zone.is_listed))
        .order_by(col(Zone.code))
        .limit(limit)
    )
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


async def has_zones_within(session: AsyncSession, zone_id: UUID) -> bool:
    """Whether a listed zone lies within it."""
    query = select(exists().where(col(Zone.parent_id) == zone_id, col(Zone.is_listed)))
    return bool(await session.scalar(query))


async def has_doors(session: AsyncSession, zone_id: UUID) -> bool:
    """Whether a door leads into it or out of it."""
    query = select(
        exists().where(or_(col(Door.to_zone_id) == zone_id, col(Door.from_zone_id) == zone_id))
    )
    return bool(await session.scalar(query))


async def door(
    session: AsyncSession, door_id: UUID, *, seen_by: Person, lock: bool = False
) -> Door:
    """Raises `NoSuchDoor`, also for a door into a zone that the caller may not see."""
    query = (
        select(Door)
        .join(Zone, col(Zone.zone_id) == col(Door.to_zone_id))
        .where(col(Door.door_id) == door_id, _is_seen_by(seen_by))
    )
    found = await session.scalar(_locked(query, of=Door) if lock else query)
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


async def await_first_badges(session: AsyncSession, zone_id: UUID) -> None:
    """Doors into that zone and all within it, which a first badge had unlocked, await another."""
    within = select(col(Zone.zone_id)).where(
        or_(col(Zone.zone_id) == zone_id, col(Zone.ancestor_ids).any_() == zone_id)
    )
    await session.execute(
        update(Door)
        .where(col(Door.unlocked_until).is_not(None), col(Door.to_zone_id).in_(within))
        .values(unlocked_until=None)
    )
