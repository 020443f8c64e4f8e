"""What this service keeps of tenants, people and zones; visits go where their host's tenant is."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.inbox import inbox, timers
from services.visitors.names.domain import FoundBy, entries_of_name
from services.visitors.names.store import keep_words
from services.visitors.surroundings import surroundings_of
from services.visitors.visits import commands, store
from services.visitors.visits.domain import By
from shared import directory
from shared.events.directory import (
    PersonListed,
    TenantDelisted,
    TenantEvent,
    TenantFacts,
    TenantListed,
)
from shared.events.premises import ZoneDelisted, ZoneEvent, ZoneListed
from shared.messaging.timers import set_timer

ZONES_FOLLOWED = "tenant.zones_followed"
"""The timer that goes on with the visits of a tenant; its key says whose, and after which."""

AT_ONCE = 100
"""Visits that are held together; who checks one of them in waits no longer than that takes."""


@inbox.on(TenantListed, TenantDelisted)
async def follow_the_tenant(event: TenantEvent, session: AsyncSession) -> None:
    """Keeps its facts; visits that were made before its zones were known get them now."""
    await store.await_tenants_visits(session, event.tenant.tenant_id)
    if await directory.learn_tenant(session, event):
        now = surroundings_of(session).clock()
        await _have_zones_of(session, event.tenant, after=UUID(int=0), at=now)


@timers.on(ZONES_FOLLOWED)
async def go_on_with_the_tenants_visits(key: str, session: AsyncSession, at: datetime) -> None:
    """The next of them, by the zones that are known by now."""
    tenant_id, after = map(UUID, key.split())
    tenant = await directory.tenant(session, tenant_id)
    if tenant is not None:
        await _have_zones_of(session, tenant, after=after, at=at)


async def _have_zones_of(
    session: AsyncSession, tenant: TenantFacts, *, after: UUID, at: datetime
) -> None:
    live = await store.live_visits_of_tenant(session, tenant.tenant_id, after=after, limit=AT_ONCE)
    for visit, visitor, booked in live:
        zones = commands.with_booked(tenant.zone_ids, booked)
        if zones != tuple(visit.zone_ids):
            moved = replace(visit.appointment, zone_ids=zones)
            await commands.move(session, visit, visitor, moved, by=By(at=at), is_told=False)
    if len(live) == AT_ONCE:
        key = f"{tenant.tenant_id} {live[-1][0].id}"
        await set_timer(session, ZONES_FOLLOWED, key=key, due_at=at)


@inbox.on(PersonListed)
async def follow_the_person(event: PersonListed, session: AsyncSession) -> None:
    """Keeps who they are; who leaves is `leavers`' concern."""
    if not await directory.learn_person(session, event):
        return
    facts = event.person
    entries = entries_of_name(f"{facts.given_name} {facts.family_name}", FoundBy.HOST)
    connection = await session.connection()
    await connection.run_sync(
        keep_words, facts.person_id, tenant_id=facts.tenant_id, entries=entries
    )


@inbox.on(ZoneListed, ZoneDelisted)
async def follow_the_zone(event: ZoneEvent, session: AsyncSession) -> None:
    """Keeps what zones there are."""
    await directory.learn_zone(session, event)
