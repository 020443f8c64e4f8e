"""What can be asked: to delist a zone. Locked meanwhile, so that nobody builds on it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.directory.commands import take_zone_back
from services.access.journal.commands import journal_act
from services.access.premises import store as premises
from services.access.premises.domain import Zone
from services.access.zone_delisting import store
from services.access.zone_delisting.domain import (
    ZoneHasDoors,
    ZoneHasInputs,
    ZoneHasRights,
    ZoneHasZones,
    ZoneInEmergency,
)
from shared.identity.listed import Person
from shared.messaging.outbox import announce


async def delist_zone(session: AsyncSession, zone: Zone, *, by: Person, at: datetime) -> None:
    """The locked zone is no longer a part of the park. Raises `ZoneIsGone`, or what hangs on it."""
    event = zone.delist()
    await _nothing_hangs_on(session, zone, at=at)
    announce(session, event)
    if zone.tenant_id is not None:
        await take_zone_back(session, zone.zone_id, of=zone.tenant_id)
    await journal_act(session, "zone_delisted", by=by, at=at, zone_id=zone.zone_id)


async def _nothing_hangs_on(session: AsyncSession, zone: Zone, *, at: datetime) -> None:
    if await premises.has_zones_within(session, zone.zone_id):
        raise ZoneHasZones
    if await premises.has_doors(session, zone.zone_id):
        raise ZoneHasDoors
    if await store.has_live_rights(session, zone.zone_id, at=at):
        raise ZoneHasRights
    if await store.has_inputs(session, zone.zone_id):
        raise ZoneHasInputs
    if await store.is_in_emergency(session, zone.zone_id):
        raise ZoneInEmergency
