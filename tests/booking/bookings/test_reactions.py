"""What bookings do when others speak, whatever is repeated, late or out of order."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest

from services.booking.service import SERVICE
from shared.events.access import PassageTaken
from shared.events.base import Event
from shared.events.visits import (
    VisitCancelled,
    VisitExpected,
    VisitorCheckedIn,
    VisitRescheduled,
    VisitStatus,
)
from tests.booking.park import ELEVEN, NINE, NOON, TEN, Park, a_person, heard, minutes
from tests.booking.visits import a_visit

# A passage checks in


async def test_the_first_passage_into_the_room_checks_the_booking_in(park: Park) -> None:
    booking = await park.a_booking()
    passage = park.a_passage(
        booking["booking_id"], zone_id=booking["zone_id"], at=NINE - minutes(10)
    )
    await park.hear(passage)
    await park.hear(passage)
    await park.hear(park.a_passage(booking["booking_id"], zone_id=booking["zone_id"], at=NINE))
    assert await park.announced(booking) == ["confirmed", "checked_in"]
    seen = await park.shown(booking)
    assert datetime.fromisoformat(seen["checked_in_at"]) == NINE - minutes(10)


@pytest.mark.parametrize("early", [10.1, 600])
async def test_a_passage_too_early_is_not_for_this_booking(park: Park, early: float) -> None:
    booking = await park.a_booking()
    at = NINE - minutes(early)
    await park.hear(park.a_passage(booking["booking_id"], zone_id=booking["zone_id"], at=at))
    assert await park.announced(booking) == ["confirmed"]


async def test_a_passage_elsewhere_or_after_the_end_checks_nothing_in(park: Park) -> None:
    booking = await park.a_booking()
    await park.hear(park.a_passage(booking["booking_id"], zone_id=uuid4(), at=NINE))
    await park.hear(park.a_passage(booking["booking_id"], zone_id=booking["zone_id"], at=TEN))
    await park.hear(park.a_passage(zone_id=booking["zone_id"], at=NINE))
    await park.hear(park.a_passage(str(uuid4()), zone_id=booking["zone_id"], at=NINE))
    assert await park.announced(booking) == ["confirmed"]


async def test_a_late_passage_does_not_revive_a_cancelled_or_moved_booking(park: Park) -> None:
    cancelled = await park.a_booking()
    moved = await park.a_booking()
    await park.do(cancelled, "cancel")
    await park.do(moved, "move", starts_at=ELEVEN.isoformat())
    for booking in (cancelled, moved):
        zone_id = booking["zone_id"]
        await park.hear(park.a_passage(booking["booking_id"], zone_id=zone_id, at=NINE))
    assert "checked_in" not in await park.announced()


async def test_one_passage_may_check_in_several_bookings_of_one_room(park: Park) -> None:
    room = await park.a_room()
    first = await park.a_booking(room)
    second = await park.a_booking(room, starts_at=TEN, ends_at=ELEVEN)
    ids = (second["booking_id"], first["booking_id"])
    await park.hear(park.a_passage(*ids, zone_id=room["zone_id"], at=TEN - minutes(5)))
    assert await park.announced(first) == ["confirmed", "checked_in"]
    assert await park.announced(second) == ["confirmed", "checked_in"]


# Somebody leaves


async def test_a_leavers_future_bookings_are_cancelled_and_their_rooms_free(park: Park) -> None:
    room = await park.a_room()
    running = await park.a_booking(room)
    future = await park.a_booking(room, starts_at=TEN, ends_at=ELEVEN)
    other = await park.a_booking(room, by="badr@acme.example", starts_at=ELEVEN, ends_at=NOON)
    park.now = NINE + minutes(1)
    await park.delist("amal@acme.example")
    facts = await park.last_facts(future)
    assert (facts["status"], facts["reason"]) == ("cancelled", "organiser_left")
    assert await park.claims(future) == []
    assert await park.announced(running) == ["confirmed"]
    assert await park.announced(other) == ["confirmed"]


async def test_a_late_delisting_does_not_cancel_what_was_used_meanwhile(park: Park) -> None:
    booking = await park.a_booking()
    await park.hear(park.a_passage(booking["booking_id"], zone_id=booking["zone_id"], at=NINE))
    park.now = NINE - minutes(30)
    await park.delist("amal@acme.example")
    assert await park.announced(booking) == ["confirmed", "checked_in"]
    assert await park.claims(booking) == [(NINE, TEN)]


async def test_a_successor_takes_over_what_still_stands(park: Park) -> None:
    room = await park.a_room()
    running = await park.a_booking(room, invited=["badr@acme.example"])
    future = await park.a_booking(room, starts_at=TEN, ends_at=ELEVEN)
    park.now = NINE + minutes(1)
    successor_id = park.person_id("badr@acme.example")
    await park.delist("amal@acme.example", successor_id=successor_id)
    for booking in (running, future):
        assert await park.announced(booking) == ["confirmed", "handed_over"]
        assert (await park.last_facts(booking))["organiser_id"] == str(successor_id)
    assert (await park.last_facts(running))["participants"] == []
    assert (await park.shown(future, to="badr@acme.example"))["is_mine"]


async def test_a_successor_who_left_too_or_works_elsewhere_takes_nothing_over(park: Park) -> None:
    booking = await park.a_booking()
    theirs = await park.a_booking(by="badr@acme.example")
    await park.delist("chadia@acme.example")
    await park.delist("amal@acme.example", successor_id=park.person_id("chadia@acme.example"))
    await park.delist("badr@acme.example", successor_id=park.person_id("driss@other.example"))
    assert await park.announced(booking) == ["confirmed", "cancelled"]
    assert await park.announced(theirs) == ["confirmed", "cancelled"]


async def test_a_repeated_or_late_delisting_does_not_touch_who_came_back(park: Park) -> None:
    left = await park.delist("amal@acme.example", sequence=2)
    back = park.people["amal@acme.example"]
    await park.list_person(back, sequence=3)
    booking = await park.a_booking()
    await park.hear(heard(left, sequence=2))
    await park.list_person(back, sequence=1)
    assert await park.announced(booking) == ["confirmed"]


async def test_a_listing_that_comes_after_the_delisting_revives_nobody(park: Park) -> None:
    person = a_person(park.tenant_id, email="late@acme.example")
    park.people[person.email] = person
    await park.delist(person.email, sequence=2)
    await park.list_person(person, sequence=1)
    answer = await park.book(await park.a_room(), by=person.email)
    assert answer.status_code in {401, 403}


async def test_delisted_people_are_refused_at_once(park: Park) -> None:
    room = await park.a_room()
    await park.a_booking(room)
    await park.delist("amal@acme.example")
    answer = await park.book(room, starts_at=ELEVEN, ends_at=NOON)
    assert (answer.status_code, answer.json()["code"]) == (401, "no_longer_listed")


# Where guests stand


async def test_a_guests_visit_is_shown_whatever_order_its_events_come_in(park: Park) -> None:
    booking = await park.a_booking(invited=["guest@x.example"])
    guest_id = booking["participants"][0]["guest_id"]
    visit = a_visit(booking["booking_id"], guest_id, status=VisitStatus.CHECKED_IN)
    expected = visit.model_copy(update={"status": VisitStatus.EXPECTED})
    late: list[Event] = [
        heard(VisitorCheckedIn(visit=visit), sequence=3),
        heard(VisitExpected(visit=expected), sequence=1),
        heard(VisitorCheckedIn(visit=visit), sequence=3),
    ]
    for event in late:
        await park.hear(event)
    (guest,) = (await park.shown(booking))["participants"]
    assert guest["visit_status"] == "checked_in"


async def test_a_visit_that_stands_is_shown_before_a_cancelled_one(park: Park) -> None:
    booking = await park.a_booking(invited=["guest@x.example"])
    guest_id = booking["participants"][0]["guest_id"]
    gone = a_visit(booking["booking_id"], guest_id, status=VisitStatus.CANCELLED)
    stands = a_visit(booking["booking_id"], guest_id, status=VisitStatus.EXPECTED)
    await park.hear(heard(VisitExpected(visit=stands)))
    await park.hear(heard(VisitCancelled(visit=gone), sequence=2))
    (guest,) = (await park.shown(booking))["participants"]
    assert guest["visit_status"] == "expected"


async def test_a_visit_that_goes_on_without_its_booking_says_nothing_of_the_guest(
    park: Park,
) -> None:
    """The guest was here when the booking was moved to next week, and is expected then."""
    booking = await park.a_booking(invited=["guest@x.example"])
    guest_id = booking["participants"][0]["guest_id"]
    here = a_visit(booking["booking_id"], guest_id, status=VisitStatus.CHECKED_IN)
    alone = here.model_copy(update={"booking_id": None, "guest_id": None})
    then = a_visit(booking["booking_id"], guest_id, status=VisitStatus.EXPECTED)
    await park.hear(heard(VisitorCheckedIn(visit=here), sequence=2))
    await park.hear(heard(VisitRescheduled(visit=alone), sequence=3))
    await park.hear(heard(VisitExpected(visit=then)))
    await park.hear(heard(VisitorCheckedIn(visit=here), sequence=2))
    (guest,) = (await park.shown(booking))["participants"]
    assert guest["visit_status"] == "expected"


async def test_nothing_shown_of_a_guest_tells_who_works_next_door(park: Park) -> None:
    """An address of another tenant's directory, beside one that nobody knows."""
    room = await park.a_room()
    booking = await park.a_booking(room, invited=["driss@other.example", "guest@x.example"])
    await _are_alike(park, booking, status="expected")
    _, guest = booking["participants"]
    visit = a_visit(booking["booking_id"], guest["guest_id"], status=VisitStatus.EXPECTED)
    await park.hear(heard(VisitExpected(visit=visit)))
    await _are_alike(park, booking, status="expected")

    come = visit.model_copy(update={"status": VisitStatus.CHECKED_IN})
    await park.hear(heard(VisitorCheckedIn(visit=come), sequence=2))
    passage = park.a_passage(booking["booking_id"], zone_id=room["zone_id"], at=NINE)
    theirs = {"person_id": park.person_id("driss@other.example")}
    facts = passage.passage.model_copy(update=theirs)
    await park.hear(heard(PassageTaken(passage=facts)))
    await _are_alike(park, booking, status="checked_in")


async def test_of_a_cancelled_booking_nothing_tells_who_works_next_door(park: Park) -> None:
    booking = await park.a_booking(invited=["driss@other.example", "guest@x.example"])
    _, guest = booking["participants"]
    visit = a_visit(booking["booking_id"], guest["guest_id"], status=VisitStatus.CANCELLED)
    await park.do(booking, "cancel")
    await _are_alike(park, booking, status="cancelled")
    await park.hear(heard(VisitCancelled(visit=visit), sequence=2))
    await _are_alike(park, booking, status="cancelled")


async def _are_alike(park: Park, booking: Any, *, status: str) -> None:
    one, other = (await park.shown(booking))["participants"]
    typed = {"guest_id", "name", "email"}
    assert {key: one[key] for key in one.keys() - typed} == {
        key: other[key] for key in other.keys() - typed
    }
    assert (one["kind"], one["visit_status"]) == ("guest", status)
    assert one["guest_id"] is not None


async def test_visits_without_a_booking_are_none_of_ours(park: Park) -> None:
    await park.hear(heard(VisitExpected(visit=a_visit(None, None, status=VisitStatus.EXPECTED))))
    assert await park.query("SELECT * FROM guest_visits") == []


async def test_announcing_again_repeats_what_lives_with_the_same_sequence(park: Park) -> None:
    room = await park.a_room()
    moved = await park.a_booking(room)
    cancelled = await park.a_booking(room, starts_at=TEN, ends_at=ELEVEN)
    await park.do(moved, "move", starts_at=ELEVEN.isoformat())
    await park.do(cancelled, "cancel")
    assert await SERVICE.announce_again(park.ground.database) == 1
    rows = await park.query(
        "SELECT name, sequence, is_replay FROM outbox WHERE subject = :s ORDER BY position",
        s=f"booking/{moved['booking_id']}",
    )
    (first, second, again) = [tuple(row) for row in rows]
    assert [first, second] == [
        ("booking.confirmed.v1", 1, False),
        ("booking.rescheduled.v1", 2, False),
    ]
    assert (again[0], again[2]) == ("booking.confirmed.v1", True)
    assert again[1] > 2, "newer than whatever was said before"
