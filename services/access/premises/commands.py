"""What can be asked of the premises: list zones and doors, and say how they work."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.controllers.domain import NoSuchController
from services.access.directory.commands import let_zone
from services.access.directory.domain import NoSuchTenant
from services.access.journal.commands import journal_act
from services.access.premises import store
from services.access.premises.domain import (
    AccessPoint,
    Door,
    DoorCodeTaken,
    DoorMode,
    DoorSettings,
    Zone,
    ZoneCodeTaken,
    ZoneRules,
    directions,
)
from services.access.schedules import store as schedules
from services.access.schedules.domain import NoSuchSchedule
from shared.database import refuse_as
from shared.events.premises import Names
from shared.identity.listed import Person, Role
from shared.messaging.outbox import announce

MAY_BUILD = (Role.OPERATOR, Role.FACILITY_MANAGER)
MAY_SECURE = (*MAY_BUILD, Role.SECURITY)


async def list_zone(
    session: AsyncSession, zone: Zone, *, parent_id: UUID | None, by: Person
) -> Zone:
    """A zone takes its place in the tree; its tenant, if any, rents it from now on."""
    by.must_have(*MAY_BUILD)
    parent = None
    if parent_id is not None:
        parent = await store.standing_zone(session, parent_id, seen_by=by)
    zone.lie_within(parent)
    taken = {"zones_code_key": ZoneCodeTaken, "zones_tenant_id_fkey": NoSuchTenant}
    with refuse_as(taken):
        session.add(zone)
        await session.flush()
    announce(session, zone.listed())
    if zone.tenant_id is not None:
        await let_zone(session, zone.zone_id, to=zone.tenant_id)
    return zone


async def change_zone(
    session: AsyncSession, zone: Zone, names: Names, *, is_bookable: bool, by: Person, at: datetime
) -> None:
    """It is called otherwise, or may (not) be booked from now on. Raises `ZoneIsGone`."""
    announce(session, zone.change(names, is_bookable=is_bookable))
    await journal_act(
        session,
        "zone_changed",
        by=by,
        at=at,
        zone_id=zone.zone_id,
        details={"names": names.model_dump(), "is_bookable": is_bookable},
    )


async def set_rules(
    session: AsyncSession, zone: Zone, rules: ZoneRules, *, by: Person, at: datetime
) -> None:
    """It is entered under these rules from now on. Raises `ZoneIsGone`."""
    changed = _changes(asdict(zone.rules), asdict(rules))
    zone.follow(rules)
    await journal_act(
        session, "zone_rules_changed", by=by, at=at, zone_id=zone.zone_id, details=changed
    )


async def list_door(session: AsyncSession, door: Door, *, by: Person) -> list[AccessPoint]:
    """Its two directions.

    Raises `NoSuchZone`, `ZoneIsGone`, `NoSuchController`, `DoorCodeTaken`, `DoorLeadsNowhere`.
    """
    by.must_have(*MAY_BUILD)
    source = None
    if door.from_zone_id is not None:
        source = await store.standing_zone(session, door.from_zone_id, seen_by=by)
    target = await store.standing_zone(session, door.to_zone_id, seen_by=by)
    points = directions(door, source=source, target=target)
    taken = {"doors_code_key": DoorCodeTaken, "doors_controller_id_fkey": NoSuchController}
    with refuse_as(taken):
        session.add(door)
        await session.flush()
    session.add_all(points)
    await session.flush()
    return points


async def change_door(
    session: AsyncSession, door: Door, settings: DoorSettings, *, by: Person, at: datetime
) -> None:
    """It works by these settings from the next read on."""
    changed = _changes(asdict(door.settings), asdict(settings))
    door.change(settings)
    await journal_act(session, "door_changed", by=by, at=at, door_id=door.door_id, details=changed)


async def turn_door(
    session: AsyncSession,
    door: Door,
    mode: DoorMode,
    *,
    unlock_schedule_id: UUID | None,
    reason: str | None,
    by: Person,
    at: datetime,
) -> None:
    """It opens in this way from the next read on. Raises `UnlockScheduleDoesNotFit`,
    `NoSuchSchedule`.
    """
    before = door.mode
    if unlock_schedule_id is not None:
        schedule = await schedules.schedule(session, unlock_schedule_id, seen_by=by)
        schedule.must_be_followed_by(by)
    with refuse_as({"doors_schedule_fkey": NoSuchSchedule}):
        door.turn_to(mode, unlock_schedule_id=unlock_schedule_id)
        await session.flush()
    named = None if unlock_schedule_id is None else str(unlock_schedule_id)
    await journal_act(
        session,
        "door_mode_changed",
        by=by,
        at=at,
        zone_id=door.to_zone_id,
        door_id=door.door_id,
        details={
            "from": str(before),
            "to": str(mode),
            "unlock_schedule_id": named,
            "reason": reason,
        },
    )


def _changes(before: dict[str, object], after: dict[str, object]) -> dict[str, object]:
    """The new values of what is not as before."""
    return {name: value for name, value in after.items() if before[name] != value}
