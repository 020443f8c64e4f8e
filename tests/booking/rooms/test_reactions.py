"""What rooms do when access speaks: special days, lockdowns, evacuations."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared.events.access import (
    EvacuationEnded,
    EvacuationEvent,
    EvacuationFacts,
    EvacuationStarted,
    LockdownEnded,
    LockdownEvent,
    LockdownFacts,
    LockdownStarted,
)
from shared.events.base import Event
from shared.events.premises import (
    Names,
    SpecialDayConfirmed,
    SpecialDayFacts,
    SpecialDayGroupFacts,
    SpecialDayWithdrawn,
)
from tests.booking.bookings.requests import a_request, a_room_on_request
from tests.booking.park import ELEVEN, NINE, NOON, TEN, Park, a_zone, heard, minutes

NAMES = Names(fr="Fête", ar="عيد", en="Feast")


def a_special_day(day: date, *, group_id: UUID | None = None) -> SpecialDayFacts:
    group = SpecialDayGroupFacts(group_id=group_id or uuid4(), code="feasts", names=NAMES)
    return SpecialDayFacts(
        special_day_id=uuid4(), day=day, names=NAMES, group=group, is_confirmed=True
    )


def withdrawn(day: SpecialDayFacts) -> SpecialDayWithdrawn:
    return SpecialDayWithdrawn(special_day=day.model_copy(update={"is_confirmed": False}))


def a_lockdown(zone_id: UUID) -> LockdownFacts:
    return LockdownFacts(
        lockdown_id=uuid4(), zone_id=zone_id, plan_id=None, started_at=NINE, ended_at=None
    )


def an_evacuation(zone_id: UUID) -> EvacuationFacts:
    return EvacuationFacts(evacuation_id=uuid4(), zone_id=zone_id, started_at=NINE, ended_at=None)


def over(started: LockdownEvent | EvacuationEvent) -> Event:
    end = {"ended_at": NINE + minutes(30)}
    if isinstance(started, LockdownEvent):
        return LockdownEnded(lockdown=started.lockdown.model_copy(update=end))
    return EvacuationEnded(evacuation=started.evacuation.model_copy(update=end))


async def code_of(park: Park, room: dict[str, Any], **wish: Any) -> str:
    """Why the room cannot be had; it is given back where it can."""
    answer = await park.book(room, **wish)
    if answer.status_code == 201:
        await park.do(answer.json(), "cancel")
        return "booked"
    return str(answer.json()["code"])


async def test_a_special_day_closes_the_rooms_that_follow_it_until_it_is_withdrawn(
    park: Park,
) -> None:
    follows = await park.a_room(follows_special_days=True)
    works_on = await park.a_room()
    day = a_special_day(NINE.date())
    await park.hear(heard(SpecialDayConfirmed(special_day=day)))
    assert await code_of(park, follows) == "room_closed"
    assert await code_of(park, works_on) == "booked"
    await park.hear(heard(withdrawn(day), sequence=2))
    assert await code_of(park, follows) == "booked"
    await park.hear(heard(SpecialDayConfirmed(special_day=day)))  # late, or repeated
    assert await code_of(park, follows) == "booked"


async def test_on_a_special_day_the_hours_of_its_group_count(park: Park) -> None:
    group_id = uuid4()
    morning = [{"group_id": str(group_id), "hours": [{"opens": "08:00", "closes": "10:00"}]}]
    room = await park.a_room(follows_special_days=True, special_opening=morning)
    day = a_special_day(NINE.date(), group_id=group_id)
    await park.hear(heard(SpecialDayConfirmed(special_day=day)))
    assert await code_of(park, room) == "booked"
    assert await code_of(park, room, starts_at=TEN, ends_at=TEN + minutes(30)) == "room_closed"


@pytest.mark.parametrize("kind", ["lockdown", "evacuation"])
async def test_an_emergency_around_a_room_stops_what_begins_at_once(park: Park, kind: str) -> None:
    building = a_zone()
    zone_id = await park.list_zone(a_zone(parent_id=await park.list_zone(building)))
    room, elsewhere = await park.a_room(zone_id=zone_id), await park.a_room()
    started: LockdownEvent | EvacuationEvent = (
        LockdownStarted(lockdown=a_lockdown(building.zone_id))
        if kind == "lockdown"
        else EvacuationStarted(evacuation=an_evacuation(building.zone_id))
    )
    code = "zone_locked_down" if kind == "lockdown" else "zone_evacuated"
    await park.hear(heard(started))
    park.now = NINE - minutes(9)
    assert await code_of(park, room) == code
    assert await code_of(park, room, starts_at=TEN, ends_at=TEN + minutes(30)) == "booked"
    assert await code_of(park, elsewhere) == "booked"
    await park.hear(heard(over(started), sequence=2))
    await park.hear(heard(started))  # late, or repeated
    assert await code_of(park, room) == "booked"


async def test_nobody_is_sent_by_an_approval_to_where_everybody_leaves(park: Park) -> None:
    zone_id = await park.list_zone(a_zone())
    room = await a_room_on_request(park, zone_id=zone_id)
    soon = await a_request(park, room)
    later = await a_request(park, room, starts_at=ELEVEN, ends_at=NOON)
    await park.hear(heard(EvacuationStarted(evacuation=an_evacuation(zone_id))))
    park.now = NINE - minutes(9)
    fatima, roles = "fatima@landlord.example", ["facility_manager"]
    refused = await park.do(soon, "approve", by=fatima, roles=roles)
    assert (refused.status_code, refused.json()["code"]) == (409, "zone_evacuated")
    assert (await park.shown(soon))["status"] == "requested"
    assert (await park.do(later, "approve", by=fatima, roles=roles)).status_code == 200


async def test_an_evacuation_outranks_a_lockdown_whichever_comes_first(park: Park) -> None:
    zone_id = await park.list_zone(a_zone())
    room = await park.a_room(zone_id=zone_id)
    await park.hear(heard(EvacuationStarted(evacuation=an_evacuation(zone_id))))
    await park.hear(heard(LockdownStarted(lockdown=a_lockdown(zone_id))))
    park.now = NINE
    assert await code_of(park, room) == "zone_evacuated"
