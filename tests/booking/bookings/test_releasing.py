"""Story D: a booking for which nobody comes is given up, and its room is free again."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.booking.service import SERVICE
from shared.events.access import ControllerFacts, ControllerHeard, ControllerSilenced
from shared.events.visits import VisitorArrived, VisitStatus
from tests.booking.park import NINE, TEN, Park, heard, minutes
from tests.booking.visits import a_visit

BADR = "badr@acme.example"


async def sweep(park: Park) -> None:
    """The rounds of the worker, until there is nothing more."""
    (loop,) = (each for each in SERVICE.loops(park.ground) if each.name == "bookings.release")
    while await loop.round():
        pass


async def status(park: Park, booking: dict[str, Any]) -> str:
    shown: str = (await park.shown(booking))["status"]
    return shown


async def test_a_room_is_given_up_when_nobody_has_come_in_time(park: Park) -> None:
    room = await park.a_room()
    booking = await park.a_booking(room)
    park.now = NINE + minutes(15) - minutes(0.1)
    await sweep(park)
    assert await status(park, booking) == "confirmed"
    park.now = NINE + minutes(15)
    await sweep(park)
    shown = await park.shown(booking)
    assert (shown["status"], shown["reason"]) == ("released", "no_show")
    assert await park.announced(booking) == ["confirmed", "released"]
    assert await park.claims(booking) == []
    rival = await park.a_booking(room, by=BADR, starts_at=NINE + minutes(20), ends_at=TEN)
    assert rival["status"] == "confirmed"


async def test_whoever_has_come_keeps_the_room(park: Park) -> None:
    by_door, by_hand = await park.a_booking(), await park.a_booking()
    await park.hear(park.a_passage(by_door["booking_id"], zone_id=by_door["zone_id"], at=NINE))
    park.now = NINE + minutes(14)
    assert (await park.do(by_hand, "check-in")).status_code in {200, 204}
    park.now = NINE + minutes(30)
    await sweep(park)
    for booking in (by_door, by_hand):
        assert await status(park, booking) == "checked_in"


async def test_a_guest_who_has_come_keeps_it_too(park: Park) -> None:
    booking = await park.a_booking(invited=["guest@x.example"])
    guest_id = booking["participants"][0]["guest_id"]
    visit = a_visit(booking["booking_id"], guest_id, status=VisitStatus.ARRIVED)
    await park.hear(heard(VisitorArrived(visit=visit), sequence=2))
    park.now = NINE + minutes(30)
    await sweep(park)
    assert await status(park, booking) == "confirmed"


async def test_behind_a_silent_controller_nobody_is_missed(park: Park) -> None:
    booking, elsewhere = await park.a_booking(), await park.a_booking()
    silence = a_silence(booking["zone_id"], since=NINE - minutes(1))
    await park.hear(heard(ControllerSilenced(controller=silence)))
    park.now = NINE + minutes(30)
    await sweep(park)
    assert [await status(park, each) for each in (booking, elsewhere)] == ["confirmed", "released"]


async def test_once_it_is_heard_again_the_room_waits_as_long_anew(park: Park) -> None:
    booking = await park.a_booking()
    silence = a_silence(booking["zone_id"], since=NINE - minutes(1))
    await park.hear(heard(ControllerSilenced(controller=silence)))
    await park.hear(heard(again(silence, at=NINE + minutes(10)), sequence=2))
    park.now = NINE + minutes(25) - minutes(0.1)
    await sweep(park)
    assert await status(park, booking) == "confirmed"
    park.now = NINE + minutes(25)
    await sweep(park)
    assert await status(park, booking) == "released"


async def test_what_was_silent_before_the_start_holds_nothing_up(park: Park) -> None:
    booking = await park.a_booking()
    silence = a_silence(booking["zone_id"], since=NINE - minutes(30))
    await park.hear(heard(again(silence, at=NINE - minutes(5)), sequence=2))
    await park.hear(heard(ControllerSilenced(controller=silence)))  # late, and outdated
    park.now = NINE + minutes(15)
    await sweep(park)
    assert await status(park, booking) == "released"


async def test_where_one_of_two_controllers_is_silent_the_booking_is_held_up(park: Park) -> None:
    booking = await park.a_booking()
    silences = [a_silence(booking["zone_id"], since=NINE) for _ in range(2)]
    for silence in silences:
        await park.hear(heard(ControllerSilenced(controller=silence)))
    await park.hear(heard(again(silences[0], at=NINE + minutes(1)), sequence=2))
    park.now = NINE + minutes(30)
    await sweep(park)
    assert await status(park, booking) == "confirmed"


async def test_people_are_shown_why_their_booking_is_not_given_up(park: Park) -> None:
    room = await park.a_room()
    await park.a_booking(room)
    assert await silent_doors(park, room) == (None, None)
    silence = a_silence(room["zone_id"], since=NINE - minutes(1))
    await park.hear(heard(ControllerSilenced(controller=silence)))
    assert await silent_doors(park, room) == ("2027-03-01T08:59:00Z",) * 2
    await park.hear(heard(again(silence, at=NINE), sequence=2))
    assert await silent_doors(park, room) == (None, None)


async def silent_doors(park: Park, room: dict[str, Any]) -> tuple[str | None, str | None]:
    """Since when: as the room says, and as the first screen does."""
    headers = park.as_("amal@acme.example")
    shown = await park.http.get(f"/v1/rooms/{room['room_id']}", headers=headers)
    home = await park.http.get("/v1/home", headers=headers)
    return shown.json()["doors_silent_since"], home.json()["next"]["doors_silent_since"]


def a_silence(zone_id: str, *, since: datetime) -> ControllerFacts:
    return ControllerFacts(
        controller_id=uuid4(), zone_ids=(UUID(zone_id),), silent_since=since, heard_at=since
    )


def again(silence: ControllerFacts, *, at: datetime) -> ControllerHeard:
    heard_now = {"silent_since": None, "heard_at": at}
    return ControllerHeard(controller=silence.model_copy(update=heard_now))


@pytest.mark.parametrize(
    ("after", "found"), [(5, "released"), (45, "confirmed"), (None, "confirmed")]
)
async def test_each_room_says_how_long_it_waits(park: Park, after: int | None, found: str) -> None:
    room = await park.a_room(release_after_minutes=after)
    assert room["release_after_minutes"] == after
    booking = await park.a_booking(room)
    park.now = NINE + minutes(20)
    await sweep(park)
    assert await status(park, booking) == found


async def test_what_is_over_is_left_alone(park: Park) -> None:
    booking = await park.a_booking(starts_at=NINE, ends_at=NINE + minutes(15))
    park.now = TEN
    await sweep(park)
    assert await park.announced(booking) == ["confirmed"]


async def test_what_was_given_up_is_not_taken_back(park: Park) -> None:
    booking = await park.a_booking()
    park.now = NINE + minutes(15)
    await sweep(park)
    for action in ("restore", "check-in", "cancel", "end-early"):
        answer = await park.do(booking, action)
        assert answer.status_code == 409, (action, answer.text)
    assert await park.announced(booking) == ["confirmed", "released"]


async def test_workers_that_look_at_once_give_up_each_booking_once(park: Park) -> None:
    bookings = [await park.a_booking() for _ in range(5)]
    park.now = NINE + minutes(15)
    await asyncio.gather(*(sweep(park) for _ in range(3)))
    for booking in bookings:
        assert await park.announced(booking) == ["confirmed", "released"]
