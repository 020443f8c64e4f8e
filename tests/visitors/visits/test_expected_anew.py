"""A guest has been here, or was missed, when the booking moves on: they are expected once more."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from shared.events.access import Boundary
from shared.events.booking import BookingConfirmed, BookingFacts, BookingRescheduled
from tests.visitors.park import NINE, TEN, Park, a_guest

DAY = timedelta(days=1)
GATE = NINE + timedelta(minutes=10)


async def booked(park: Park) -> tuple[BookingFacts, Any]:
    booking = park.a_booking(a_guest())
    await park.hear_booking(BookingConfirmed, booking)
    (visit,) = await park.listed(booking_id=booking.booking_id)
    park.now = GATE
    return booking, visit


async def moved(park: Park, booking: BookingFacts, *, by: timedelta, sequence: int = 2) -> None:
    times = {"starts_at": NINE + by, "ends_at": TEN + by}
    await park.hear_booking(BookingRescheduled, booking.model_copy(update=times), sequence=sequence)


async def was_checked_out(park: Park, visit: Any) -> None:
    for action in ("check-in", "check-out"):
        assert (await park.do(visit, action)).is_success


async def was_seen_leaving(park: Park, visit: Any) -> None:
    for nth, boundary in enumerate((Boundary.ENTERED_PARK, Boundary.LEFT_PARK)):
        await park.pass_door(visit, boundary, at=GATE - timedelta(minutes=5 - nth))


async def was_missed(park: Park, visit: Any) -> None:
    park.now = NINE + timedelta(hours=3)
    await park.run("visits.sweep")
    assert (await park.shown(visit))["status"] == "no_show"


async def was_lost(park: Park, visit: Any) -> None:
    assert (await park.do(visit, "check-in")).is_success
    park.now = NINE + DAY / 2
    await park.run("visits.sweep")
    assert (await park.shown(visit))["status"] == "left_unseen"


@pytest.mark.parametrize("was", [was_checked_out, was_seen_leaving, was_missed, was_lost])
async def test_whose_visit_is_over_is_expected_when_the_booking_moves_to_tomorrow(
    park: Park, was: Any
) -> None:
    booking, visit = await booked(park)
    await was(park, visit)
    status, told = (await park.shown(visit))["status"], await park.announced(visit)
    await moved(park, booking, by=DAY)
    (then,) = await park.listed(booking_id=booking.booking_id)
    assert (then["status"], then["starts_at"]) == ("expected", "2027-03-02T09:00:00Z")
    assert then["guest_id"] == visit["guest_id"]
    assert then["visitor"] == visit["visitor"]
    assert then["visitor_pass"]["digest"] != visit["visitor_pass"]["digest"]
    assert await park.notices(then) == [("invitation", "queued")]
    left = await park.shown(visit)
    assert (left["status"], left["booking_id"], left["visitor_pass"]) == (status, None, None)
    assert await park.announced(visit) == [*told, "rescheduled"], "others let go of it"
    assert (await park.last_facts(visit))["booking_id"] is None


async def test_they_are_expected_once_and_follow_the_booking_on(park: Park) -> None:
    booking, visit = await booked(park)
    await was_checked_out(park, visit)
    for sequence, days in enumerate((1, 1, 2), start=2):
        await moved(park, booking, by=days * DAY, sequence=sequence)
    (then,) = await park.listed(booking_id=booking.booking_id)
    assert then["starts_at"] == "2027-03-03T09:00:00Z"
    assert await park.announced(then) == ["expected", "rescheduled"]
    assert len(await park.announced(visit)) == 4


async def test_later_on_the_same_day_they_are_expected_too(park: Park) -> None:
    booking, visit = await booked(park)
    await was_checked_out(park, visit)
    await moved(park, booking, by=timedelta(hours=4))
    (then,) = await park.listed(booking_id=booking.booking_id)
    assert then["visit_id"] != visit["visit_id"]
    assert datetime.fromisoformat(then["starts_at"]) == NINE + timedelta(hours=4)


async def test_what_has_begun_or_only_lasts_longer_brings_nobody_back(park: Park) -> None:
    booking, visit = await booked(park)
    await was_checked_out(park, visit)
    times = {"ends_at": TEN + timedelta(hours=2)}
    await park.hear_booking(BookingRescheduled, booking.model_copy(update=times), sequence=2)
    await moved(park, booking, by=timedelta(minutes=5), sequence=3)
    (still,) = await park.listed(booking_id=booking.booking_id)
    assert (still["visit_id"], still["status"]) == (visit["visit_id"], "checked_out")


@pytest.mark.parametrize(("action", "words"), [("cancel", {}), ("refuse", {"reason": "No card"})])
async def test_whom_somebody_called_off_or_turned_away_is_not_expected_by_that(
    park: Park, action: str, words: dict[str, str]
) -> None:
    booking, visit = await booked(park)
    assert (await park.do(visit, action, **words)).is_success
    await moved(park, booking, by=DAY)
    assert [each["visit_id"] for each in await park.listed()] == [visit["visit_id"]]


async def test_a_check_out_that_is_undone_then_has_them_here_without_the_booking(
    park: Park,
) -> None:
    booking, visit = await booked(park)
    await was_checked_out(park, visit)
    await moved(park, booking, by=DAY)
    assert (await park.do(visit, "undo-check-out")).is_success
    here = await park.shown(visit)
    assert (here["status"], here["booking_id"]) == ("checked_in", None)
    (then,) = await park.listed(booking_id=booking.booking_id)
    assert then["status"] == "expected"


async def test_what_is_told_again_after_a_restoration_mails_nobody(park: Park) -> None:
    booking, visit = await booked(park)
    await was_checked_out(park, visit)
    times = {"starts_at": NINE + DAY, "ends_at": TEN + DAY}
    await park.hear_booking(
        BookingRescheduled, booking.model_copy(update=times), sequence=2, replay=True
    )
    (then,) = await park.listed(booking_id=booking.booking_id)
    assert then["status"] == "expected"
    assert await park.notices(then) == []
