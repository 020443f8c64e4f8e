"""What can be asked of ceilings: set one, change when it counts, end it. Each act is journalled."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.ceilings.domain import PARK, Ceiling, ZoneIsNotShared
from services.access.directory import store as directory
from services.access.journal.commands import journal_act
from services.access.premises import store as premises
from services.access.schedules import store as schedules
from services.access.terms import must_end_after_it_begins
from shared.identity.listed import Person


async def ceiling_to_set(session: AsyncSession, ceiling: Ceiling, *, by: Person) -> Ceiling:
    """The ceiling as it would be. Raises `NotYourRole`, `NoSuchZone`, `NoSuchTenant`,
    `NoSuchSchedule`, `ZoneIsNotShared`, `EndsBeforeItBegins`.
    """
    by.must_have(*PARK)
    await _must_be_sound(session, ceiling, by=by)
    zone = await premises.zone(session, ceiling.zone_id, seen_by=by)
    if zone.tenant_id is not None:
        raise ZoneIsNotShared
    await directory.tenant(session, ceiling.tenant_id, seen_by=by)
    ceiling.author_id, ceiling.author_tenant_id = by.person_id, by.tenant_id
    return ceiling


async def set_ceiling(
    session: AsyncSession, ceiling: Ceiling, *, by: Person, at: datetime
) -> Ceiling:
    """The tenant's own word counts on that zone while this does."""
    session.add(await ceiling_to_set(session, ceiling, by=by))
    await session.flush()
    await _journal(session, "ceiling_set", ceiling, by=by, at=at)
    return ceiling


async def change_ceiling(
    session: AsyncSession,
    ceiling: Ceiling,
    *,
    schedule_id: UUID | None,
    valid_from: datetime | None,
    valid_until: datetime | None,
    by: Person,
    at: datetime,
) -> None:
    """It counts at other times. Raises `NotYourRole`, `CeilingHasEnded`, `EndsBeforeItBegins`."""
    by.must_have(*PARK)
    ceiling.change(schedule_id=schedule_id, valid_from=valid_from, valid_until=valid_until)
    await _must_be_sound(session, ceiling, by=by)
    ceiling.author_id, ceiling.author_tenant_id = by.person_id, by.tenant_id
    await _journal(session, "ceiling_changed", ceiling, by=by, at=at)


async def _must_be_sound(session: AsyncSession, ceiling: Ceiling, *, by: Person) -> None:
    """Raises `EndsBeforeItBegins`, `NoSuchSchedule`."""
    must_end_after_it_begins(ceiling)
    if ceiling.schedule_id is not None:
        schedule = await schedules.schedule(session, ceiling.schedule_id, seen_by=by)
        schedule.must_be_followed_by(by)


def ceiling_to_end(ceiling: Ceiling, *, by: Person) -> None:
    """Raises `NotYourRole`, `CeilingHasEnded`."""
    by.must_have(*PARK)
    ceiling.must_stand()


async def end_ceiling(session: AsyncSession, ceiling: Ceiling, *, by: Person, at: datetime) -> None:
    """What the tenant granted there counts no more. Raises `NotYourRole`, `CeilingHasEnded`."""
    ceiling_to_end(ceiling, by=by)
    ceiling.end(at=at)
    await _journal(session, "ceiling_ended", ceiling, by=by, at=at)


async def _journal(
    session: AsyncSession, verb: str, ceiling: Ceiling, *, by: Person, at: datetime
) -> None:
    told = ("ceiling_id", "schedule_id", "valid_from", "valid_until")
    found = {name: getattr(ceiling, name) for name in told}
    await journal_act(
        session,
        verb,
        by=by,
        at=at,
        tenant_id=ceiling.tenant_id,
        zone_id=ceiling.zone_id,
        details={name: str(value) for name, value in found.items() if value is not None},
    )
