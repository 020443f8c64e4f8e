"""What can be asked of the premises: list zones and doors."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.controllers.domain import NoSuchController
from services.access.directory.commands import let_zone
from services.access.directory.domain import NoSuchTenant
from services.access.premises import store
from services.access.premises.domain import (
    AccessPoint,
    Door,
    DoorCodeTaken,
    Zone,
    ZoneCodeTaken,
    directions,
)
from shared.database import refuse_as
from shared.identity.listed import Person, Role
from shared.messaging.outbox import announce

MAY = (Role.OPERATOR, Role.FACILITY_MANAGER)


async def list_zone(
    session: AsyncSession, zone: Zone, *, parent_id: UUID | None, by: Person
) -> Zone:
    """A zone takes its place in the tree; its tenant, if any, rents it from now on."""
    by.must_have(*MAY)
    parent = None
    if parent_id is not None:
        parent = await store.zone(session, parent_id, seen_by=by)
    zone.lie_within(parent)
    taken = {"zones_code_key": ZoneCodeTaken, "zones_tenant_id_fkey": NoSuchTenant}
    with refuse_as(taken):
        session.add(zone)
        await session.flush()
    announce(session, zone.listed())
    if zone.tenant_id is not None:
        await let_zone(session, zone.zone_id, to=zone.tenant_id)
    return zone


async def list_door(session: AsyncSession, door: Door, *, by: Person) -> list[AccessPoint]:
    """Its two directions. Raises `NoSuchZone`, `NoSuchController`, `DoorCodeTaken`."""
    by.must_have(*MAY)
    source = None
    if door.from_zone_id is not None:
        source = await store.zone(session, door.from_zone_id, seen_by=by)
    target = await store.zone(session, door.to_zone_id, seen_by=by)
    points = directions(door, source=source, target=target)
    taken = {"doors_code_key": DoorCodeTaken, "doors_controller_id_fkey": NoSuchController}
    with refuse_as(taken):
        session.add(door)
        await session.flush()
    session.add_all(points)
    await session.flush()
    return points
