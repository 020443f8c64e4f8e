"""Story B at the doors: a booking opens its room for the booking, to its people, no longer."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.access.service import SERVICE
from shared.events.booking import (
    BookingCancelled,
    BookingConfirmed,
    BookingEndedEarly,
    BookingFacts,
    BookingHandedOver,
    BookingParticipantsChanged,
    BookingReleased,
    BookingRescheduled,
    BookingStatus,
)
from shared.events.visits import VisitCancelled, VisitExpected, VisitStatus
from tests.access.builders import a_booking, a_colleague, a_guest, a_visit
from tests.access.park import ALICE, BASMA, NINE, OPERATOR, Park

PASSAGE = "access.passage_taken.v1"
ALICES, BASMAS = 1001, 2002
TEN, ELEVEN = NINE + timedelta(hours=1), NINE + timedelta(hours=2)


async def with_badges(park: Park) -> Park:
    await park.give_badge(ALICE, ALICES)
    await park.give_badge(BASMA, BASMAS)
    return park


async def book(park: Park, **changes: Any) -> BookingFacts:
    """Alice has the room from ten to eleven."""
    facts = {
        "zone_id": park.id("room"),
        "tenant_id": park.id("atlas"),
        "organiser_id": park.id(ALICE.email),
    }
    booking = a_booking(**facts | changes)
    await park.hear(BookingConfirmed(booking=booking))
    return booking


@pytest.mark.parametrize(
    ("minutes", "reason"),
    [(-11, "not_yet_valid"), (-10, "right"), (59, "right"), (60, "expired")],
)
async def test_the_door_opens_from_ten_minutes_before_until_the_end(
    park: Park, minutes: int, reason: str
) -> None:
    await with_badges(park)
    await book(park)
    park.now = TEN + timedelta(minutes=minutes)
    assert (await park.read_badge("room door in", ALICES))["reason"] == reason


async def test_a_booking_opens_its_room_alone(park: Park) -> None:
    await with_badges(park)
    await book(park)
    park.now = TEN
    for point in ("lobby in", "stairs in", "door a in", "door b in"):
        assert (await park.read_badge(point, ALICES))["reason"] == "no_right"


async def test_the_first_passage_tells_booking_whatever_right_let_them_pass(park: Park) -> None:
    await with_badges(park)
    await park.let_in(ALICE, "room")
    booking = await book(park)
    park.now = TEN
    decision = await park.read_badge("room door in", ALICES)
    assert await park.announced(PASSAGE) == []
    await park.tell("room door in", decision)
    passage = (await park.announced(PASSAGE))[0]["passage"]
    assert passage["booking_ids"] == [str(booking.booking_id)]
    assert passage["person_id"] == park.ids[ALICE.email]
    assert passage["to_zone_id"] == park.ids["room"]


async def test_the_last_days_passages_are_told_again_under_the_same_id(park: Park) -> None:
    await with_badges(park)
    await book(park)
    park.now = TEN
    await park.tell("room door in", await park.read_badge("room door in", ALICES))
    told = await park.announced(PASSAGE)
    await park.forget_announcements()
    await SERVICE.announce_again(park.ground.database)
    assert await park.announced(PASSAGE) == told
    park.pass_time(hours=25)
    await park.read_badge("lobby in", ALICES)
    await park.forget_announcements()
    await SERVICE.announce_again(park.ground.database)
    assert await park.announced(PASSAGE) == []


async def test_a_way_that_was_not_taken_is_not_told_again(park: Park) -> None:
    await with_badges(park)
    await book(park)
    park.now = TEN
    await park.read_badge("room door in", ALICES)
    await SERVICE.announce_again(park.ground.database)
    assert await park.announced(PASSAGE) == []


async def test_a_passage_that_no_booking_covers_is_nobodys_business(park: Park) -> None:
    await with_badges(park)
    await park.let_in(ALICE, "room")
    await book(park)
    decision = await park.read_badge("room door in", ALICES)
    assert decision["outcome"] == "granted"
    await park.tell("room door in", decision)
    assert await park.announced(PASSAGE) == []


async def test_all_bookings_there_and_then_are_told(park: Park) -> None:
    await with_badges(park)
    first = await book(park)
    second = await book(park, starts_at=TEN + timedelta(minutes=5))
    park.now = TEN
    await park.tell("room door in", await park.read_badge("room door in", ALICES))
    passage = (await park.announced(PASSAGE))[0]["passage"]
    assert set(passage["booking_ids"]) == {str(first.booking_id), str(second.booking_id)}


async def test_people_who_join_and_leave_a_booking_gain_and_lose_its_door(park: Park) -> None:
    await with_badges(park)
    booking = await book(park)
    park.now = TEN
    assert (await park.read_badge("room door in", BASMAS))["reason"] == "no_right"
    joined = booking.model_copy(update={"participants": (a_colleague(park.id(BASMA.email)),)})
    await park.hear(BookingParticipantsChanged(booking=joined))
    assert (await park.read_badge("room door in", BASMAS))["reason"] == "right"
    await park.hear(BookingParticipantsChanged(booking=booking))
    assert (await park.read_badge("room door in", BASMAS))["reason"] == "no_right"
    assert (await park.read_badge("room door in", ALICES))["reason"] == "right"


async def test_who_hands_a_booking_over_hands_over_its_door(park: Park) -> None:
    await with_badges(park)
    booking = await book(park)
    park.now = TEN
    handed = booking.model_copy(update={"organiser_id": park.id(BASMA.email)})
    await park.hear(BookingHandedOver(booking=handed))
    assert (await park.read_badge("room door in", ALICES))["reason"] == "no_right"
    assert (await park.read_badge("room door in", BASMAS))["reason"] == "right"


async def test_a_moved_booking_moves_its_right(park: Park) -> None:
    await with_badges(park)
    booking = await book(park)
    later = {"starts_at": ELEVEN, "ends_at": ELEVEN + timedelta(hours=1)}
    await park.hear(BookingRescheduled(booking=booking.model_copy(update=later)))
    park.now = TEN
    assert (await park.read_badge("room door in", ALICES))["reason"] == "not_yet_valid"
    park.now = ELEVEN
    assert (await park.read_badge("room door in", ALICES))["reason"] == "right"


@pytest.mark.parametrize(
    ("event", "status"),
    [
        (BookingCancelled, BookingStatus.CANCELLED),
        (BookingReleased, BookingStatus.RELEASED),
        (BookingEndedEarly, BookingStatus.ENDED),
    ],
)
async def test_a_booking_that_no_longer_stands_closes_its_door(
    park: Park, event: Any, status: BookingStatus
) -> None:
    await with_badges(park)
    booking = await book(park)
    park.now = TEN
    over = booking.model_copy(update={"status": status, "ends_at": TEN})
    await park.hear(event(booking=over))
    assert (await park.read_badge("room door in", ALICES))["reason"] == "no_right"
    await park.hear(BookingConfirmed(booking=booking), sequence=1)
    assert (await park.read_badge("room door in", ALICES))["reason"] == "no_right"


async def test_a_restored_booking_opens_its_door_again(park: Park) -> None:
    await with_badges(park)
    booking = await book(park)
    park.now = TEN
    cancelled = booking.model_copy(update={"status": BookingStatus.CANCELLED})
    await park.hear(BookingCancelled(booking=cancelled))
    assert (await park.read_badge("room door in", ALICES))["reason"] == "no_right"
    await park.hear(BookingConfirmed(booking=booking))
    assert (await park.read_badge("room door in", ALICES))["reason"] == "right"


@pytest.mark.parametrize("visit_comes_first", [True, False])
async def test_a_guest_gets_the_room_by_the_booking_in_whatever_order_it_is_heard(
    park: Park, visit_comes_first: bool
) -> None:
    guest_id = uuid4()
    booking = a_booking(
        zone_id=park.id("room"),
        tenant_id=park.id("atlas"),
        organiser_id=park.id(ALICE.email),
        participants=(a_guest(guest_id),),
    )
    visit = a_visit(
        tenant_id=park.id("atlas"),
        zone_ids=(park.id("room"),),
        booking_id=booking.booking_id,
        guest_id=guest_id,
    )
    events = [VisitExpected(visit=visit), BookingConfirmed(booking=booking)]
    for event in events if visit_comes_first else reversed(events):
        await park.hear(event)
    await park.walk("lobby in")
    await park.walk("stairs in")
    assert (await park.read_qr("room door in"))["reason"] == "not_yet_valid"
    park.now = TEN
    await park.walk("room door in")
    passage = (await park.announced(PASSAGE))[-1]["passage"]
    assert passage["booking_ids"] == [str(booking.booking_id)]
    assert passage["visit_id"] == str(visit.visit_id)
    await park.hear(
        BookingParticipantsChanged(booking=booking.model_copy(update={"participants": ()}))
    )
    assert (await park.read_qr("room door in"))["reason"] == "no_right"


async def test_a_guest_whose_visit_is_cancelled_loses_the_room(park: Park) -> None:
    guest_id = uuid4()
    booking = await book(park, participants=(a_guest(guest_id),))
    visit = a_visit(tenant_id=park.id("atlas"), booking_id=booking.booking_id, guest_id=guest_id)
    await park.hear(VisitExpected(visit=visit))
    park.now = TEN
    assert (await park.read_qr("room door in"))["reason"] == "right"
    over = {"status": VisitStatus.CANCELLED, "visitor_pass": None}
    await park.hear(VisitCancelled(visit=visit.model_copy(update=over)))
    assert (await park.read_qr("room door in"))["reason"] == "pass_ended"
    live = await park.rows(
        "SELECT 1 FROM rights WHERE holder_id = $1 AND ended_at IS NULL", visit.visit_id
    )
    assert live == []


@pytest.mark.parametrize("zone", ["suite b", "nowhere"])
async def test_a_zone_that_cannot_be_booked_is_refused_with_an_alarm(park: Park, zone: str) -> None:
    await with_badges(park)
    park.ids.setdefault("nowhere", str(uuid4()))
    booking = await book(park, zone_id=park.id(zone))
    park.now = TEN
    assert (await park.read_badge("door b in", ALICES))["reason"] == "no_right"
    alarms = (await park.get(OPERATOR, "/alarms")).json()["items"]
    assert [(a["source"], a["zone_id"]) for a in alarms] == [
        (f"booking/{booking.booking_id}", park.ids[zone])
    ]
    rights = await park.get(OPERATOR, "/rights", person_id=park.ids[ALICE.email])
    assert [right["status"] for right in rights.json()["items"]] == ["refused"]
