"""What this service keeps of tenants, people and zones; visits go where their host's tenant is."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.inbox import inbox
from services.visitors.names.domain import FoundBy, entries_of_name
from services.visitors.names.store import keep_words
from services.visitors.surroundings import surroundings_of
from services.visitors.visits import commands, store
from services.visitors.visits.domain import By
from shared import directory
from shared.events.directory import PersonListed, TenantDelisted, TenantEvent, TenantListed
from shared.events.premises import ZoneDelisted, ZoneEvent, ZoneListed


@inbox.on(TenantListed, TenantDelisted)
async def follow_the_tenant(event: TenantEvent, session: AsyncSession) -> None:
    """Keeps its facts; visits that were made before its zones were known get them now."""
    await store.await_tenants_visits(session, event.tenant.tenant_id)
    if not await directory.learn_tenant(session, event):
        return
    by = By(at=surroundings_of(session).clock())
    live = await store.live_visits_of_tenant(session, event.tenant.tenant_id)
    for visit, visitor, booked in live:
        zones = commands.with_booked(event.tenant.zone_ids, booked)
        if zones != tuple(visit.zone_ids):
            moved = replace(visit.appointment, zone_ids=zones)
            await commands.move(session, visit, visitor, moved, by=by, is_told=False)


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
