"""Keeps the read model of tenants, people and zones; who leaves is `bookings`' concern as well."""

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.inbox import inbox
from shared import directory
from shared.events.directory import PersonListed, TenantDelisted, TenantEvent, TenantListed
from shared.events.premises import ZoneDelisted, ZoneEvent, ZoneListed


@inbox.on(TenantListed, TenantDelisted)
async def know_the_tenant(event: TenantEvent, session: AsyncSession) -> None:
    await directory.learn_tenant(session, event)


@inbox.on(PersonListed)
async def know_the_person(event: PersonListed, session: AsyncSession) -> None:
    await directory.learn_person(session, event)


@inbox.on(ZoneListed, ZoneDelisted)
async def know_the_zone(event: ZoneEvent, session: AsyncSession) -> None:
    await directory.learn_zone(session, event)
