"""What can be asked of rights: grant one, end one, follow a visit or a booking."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.alarms.commands import raise_alarm
from services.access.authority import must_look_after
from services.access.ceilings.store import zones_with_ceiling
from services.access.directory import store as directory
from services.access.groups import store as groups
from services.access.journal.commands import journal_act
from services.access.premises import store as premises
from services.access.premises.domain import NoSuchAccessPoint, NoSuchZone, Zone
from services.access.rights import store
from services.access.rights.domain import (
    Asked,
    NoSuchRight,
    OneTarget,
    Right,
    RightHolder,
    RightSource,
    RightStatus,
    rights_of_booking,
    rights_of_visit,
)
from services.access.rights.known import KnownBooking, KnownVisit
from services.access.schedules import store as schedules
from services.access.surroundings import surroundings_of
from services.access.terms import must_end_after_it_begins
from shared.events.access import AlarmKind
from shared.identity.listed import NotYourRole, Person, Role

PARK_WIDE = (Role.OPERATOR, Role.SECURITY, Role.FACILITY_MANAGER)


async def right_to_grant(session: AsyncSession, right: Right, *, by: Person) -> Right:
    """The right as it would be granted: whose it may be, and by whose word.

    A tenant's admin gives what is their own: their people and groups, into their zones; into shared
    ones it counts as far as the landlord's ceiling lets them. Of the landlord's people only those
    with a park-wide role open shared zones: their word needs no ceiling.
    """
    if (right.zone_id is None) == (right.access_point_id is None):
        raise OneTarget
    must_end_after_it_begins(right)
    if right.schedule_id is not None:
        schedule = await schedules.schedule(session, right.schedule_id, seen_by=by)
        schedule.must_be_followed_by(by)
    must_look_after(by, await _tenant_of_holder(session, right, seen_by=by), park_wide=PARK_WIDE)
    zone = await _zone_led_into(session, right, by=by)
    if not by.has(*PARK_WIDE) and (zone is None or (by.is_landlord and zone.tenant_id is None)):
        raise NotYourRole
    right.author_id, right.author_tenant_id = by.person_id, by.tenant_id
    right.is_under_ceiling = not by.is_landlord
    return right


async def _zone_led_into(session: AsyncSession, right: Right, *, by: Person) -> Zone | None:
    """None: outside the park. Raises `NoSuchAccessPoint`, also for one into a zone that the caller
    may not see, `NoSuchZone`, `ZoneIsGone`.
    """
    if right.zone_id is not None:
        return await premises.standing_zone(session, right.zone_id, seen_by=by)
    assert right.access_point_id is not None
    point = await premises.access_point(session, right.access_point_id)
    if point is None:
        raise NoSuchAccessPoint
    if point.to_zone_id is None:
        return None
    try:
        return await premises.standing_zone(session, point.to_zone_id, seen_by=by)
    except NoSuchZone:
        raise NoSuchAccessPoint from None


async def _tenant_of_holder(session: AsyncSession, right: Right, *, seen_by: Person) -> UUID | None:
    """Whose the holder is; None: the park's."""
    if right.holder_kind == RightHolder.TENANT:
        return (await directory.tenant(session, right.holder_id, seen_by=seen_by)).tenant_id
    if right.holder_kind == RightHolder.GROUP:
        return (await groups.group(session, right.holder_id, seen_by=seen_by)).tenant_id
    return (await directory.person(session, right.holder_id, seen_by=seen_by)).tenant_id


async def grant_right(session: AsyncSession, right: Right, *, by: Person, at: datetime) -> Right:
    """Somebody's word opens a zone or an access point to a person, a group or a whole tenant."""
    session.add(await right_to_grant(session, right, by=by))
    await session.flush()
    await _journal(session, "right_granted", right, by=by, at=at)
    return right


async def right_to_end(
    session: AsyncSession, right_id: UUID, *, by: Person, lock: bool = False
) -> Right:
    """The right, if it may be ended. A tenant's admin ends what their tenant gave."""
    by.must_have(*PARK_WIDE, Role.TENANT_ADMIN)
    right = await store.right(session, right_id, lock=lock)
    if not by.has(*PARK_WIDE) and right.author_tenant_id != by.tenant_id:
        raise NoSuchRight
    right.must_be_endable()
    return right


async def end_right(session: AsyncSession, right_id: UUID, *, by: Person, at: datetime) -> None:
    """It opens nothing any more."""
    right = await right_to_end(session, right_id, by=by, lock=True)
    right.end(at=at)
    await _journal(session, "right_ended", right, by=by, at=at)


async def _journal(
    session: AsyncSession, verb: str, right: Right, *, by: Person, at: datetime
) -> None:
    is_of_person = right.holder_kind == RightHolder.PERSON
    tenant_id = right.holder_id if right.holder_kind == RightHolder.TENANT else None
    if is_of_person:
        holder = await directory.person(session, right.holder_id, seen_by=by)
        tenant_id = holder.tenant_id
    told = ("right_id", "holder_kind", "holder_id", "access_point_id", "schedule_id")
    times = ("valid_from", "valid_until")
    found = {name: getattr(right, name) for name in (*told, *times)}
    await journal_act(
        session,
        verb,
        by=by,
        at=at,
        person_id=right.holder_id if is_of_person else None,
        tenant_id=tenant_id,
        zone_id=right.zone_id,
        details={name: str(value) for name, value in found.items() if value is not None},
    )


async def follow_visit(session: AsyncSession, visit: KnownVisit) -> bool:
    """A visit is as these facts say, and so are its rights. False: that was no news."""
    former = await store.booking_of_visit(session, visit.visit_id)
    if not await store.learn_visit(session, visit):
        return False
    zones = await premises.zones_by_id(session, visit.zone_ids)
    around = {each for zone in zones.values() for each in zone.ancestor_ids}
    zones |= await premises.zones_by_id(session, around)
    capped = None
    if surroundings_of(session).visits_need_ceilings:
        capped = await zones_with_ceiling(session, visit.zone_ids, tenant_id=visit.tenant_id)
    asked = rights_of_visit(visit, zones=zones, capped=capped)
    await _settle(session, RightSource.VISIT, visit.visit_id, asked=asked)
    for booking_id in sorted({former, visit.booking_id} - {None}, key=str):
        assert booking_id is not None
        await store.lock_rights_of_booking(session, booking_id)
        booking = await store.booking(session, booking_id)
        if booking is not None:
            await _open_doors(session, booking)
    return True


async def follow_booking(session: AsyncSession, booking: KnownBooking) -> None:
    """A booking is as these facts say, and so are the rights of its people and guests."""
    await store.lock_rights_of_booking(session, booking.booking_id)
    if await store.learn_booking(session, booking):
        await _open_doors(session, booking)


async def _open_doors(session: AsyncSession, booking: KnownBooking) -> None:
    zones = await premises.zones_by_id(session, [booking.zone_id])
    asked = rights_of_booking(
        booking,
        zone=zones.get(booking.zone_id),
        guests=await store.visits_of_booking(session, booking.booking_id),
        lead=surroundings_of(session).booking_lead,
    )
    await _settle(session, RightSource.BOOKING, booking.booking_id, asked=asked)


async def _settle(
    session: AsyncSession, source: RightSource, source_id: UUID, *, asked: set[Asked]
) -> None:
    """Brings the rights of a source to what it asks for; what is refused anew raises an alarm."""
    at = surroundings_of(session).clock()
    added = await store.settle(session, source, source_id, asked=asked, at=at)
    refused = {each.zone_id for each in added if each.status is RightStatus.REFUSED}
    for zone_id in sorted(refused):
        await raise_alarm(
            session,
            AlarmKind.RIGHT_REFUSED,
            source=f"{source}/{source_id}",
            zone_id=zone_id,
            at=at,
        )
