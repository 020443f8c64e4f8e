"""Somebody comes in by the pass of a visit that is off, or that was moved to another day meanwhile.

The door could not know yet. The visit does not go on by that; but desk, host and landlord know.
"""

from datetime import timedelta
from typing import Any

import pytest

from shared.events.access import Boundary
from shared.events.booking import (
    BookingCancelled,
    BookingConfirmed,
    BookingFacts,
    BookingRescheduled,
    BookingStatus,
)
from tests.visitors.park import AMAL, DESK, FATIMA, NINE, OTHER_DESK, PARK_DESK, TEN, Park, a_guest

IN, OUT, INSIDE = Boundary.ENTERED_PARK, Boundary.LEFT_PARK, Boundary.INSIDE
DAY = timedelta(days=1)


def after(minutes: int) -> Any:
    return NINE + timedelta(minutes=minutes)


async def booked(park: Park) -> tuple[BookingFacts, dict[str, Any]]:
    booking = park.a_booking(a_guest())
    await park.hear_booking(BookingConfirmed, booking)
    (visit,) = await park.listed(booking_id=booking.booking_id)
    park.now = after(5)
    return booking, visit


async def cancelled(park: Park, booking: BookingFacts) -> None:
    facts = booking.model_copy(update={"status": BookingStatus.CANCELLED})
    await park.hear_booking(BookingCancelled, facts, sequence=2)


async def moved(park: Park, booking: BookingFacts, *, by: timedelta) -> None:
    facts = booking.model_copy(update={"starts_at": NINE + by, "ends_at": TEN + by})
    await park.hear_booking(BookingRescheduled, facts, sequence=2)


async def on_board(park: Park, *, to: str = DESK) -> dict[str, tuple[Any, ...]]:
    answer = await park.http.get("/v1/desk/board", headers=park.as_(to))
    return {
        each["visit_id"]: (each["status"], each["let_in_at"], each["next_action"])
        for each in answer.json()["items"]
    }


async def warned(park: Park, visit: dict[str, Any]) -> list[str]:
    rows = await park.query(
        "SELECT reader FROM notices WHERE visit_id = :v AND kind = 'let_in_unawaited' ORDER BY 1",
        v=visit["visit_id"],
    )
    return [row.reader for row in rows]


async def test_who_comes_in_though_the_booking_is_cancelled_is_on_the_board(park: Park) -> None:
    booking, visit = await booked(park)
    await cancelled(park, booking)
    event = await park.pass_door(visit, IN, at=after(2))
    await park.hear(event)
    for desk in (DESK, PARK_DESK):
        assert await on_board(park, to=desk) == {
            visit["visit_id"]: ("cancelled", "2027-03-01T09:02:00Z", "find_visitor")
        }
    assert await on_board(park, to=OTHER_DESK) == {}
    assert await park.announced(visit) == ["expected", "cancelled"], "never silently admitted"
    assert await warned(park, visit) == ["desk", "host", "landlord"]
    seen = await park.http.get(
        "/v1/visits", params={"let_in": True}, headers=park.as_(FATIMA, "security")
    )
    assert [each["visit_id"] for each in seen.json()["items"]] == [visit["visit_id"]]


async def test_who_has_left_again_is_looked_for_no_longer(park: Park) -> None:
    booking, visit = await booked(park)
    await cancelled(park, booking)
    for boundary, minutes in ((OUT, 4), (IN, 2)):
        await park.pass_door(visit, boundary, at=after(minutes))
    assert (await on_board(park))[visit["visit_id"]] == ("cancelled", None, "none")
    assert await warned(park, visit) == []
    await park.pass_door(visit, INSIDE, at=after(5))
    assert (await on_board(park))[visit["visit_id"]][1] == "2027-03-01T09:05:00Z"
    assert await warned(park, visit) == ["desk", "host", "landlord"]


async def test_a_cancellation_that_comes_after_the_visitor_throws_nobody_out(park: Park) -> None:
    booking, visit = await booked(park)
    await park.pass_door(visit, IN, at=after(2))
    await cancelled(park, booking)
    await park.pass_door(visit, INSIDE, at=after(3))
    assert (await on_board(park))[visit["visit_id"]] == ("checked_in", None, "check_out")
    assert (await park.last_facts(visit))["visitor_pass"] is not None
    assert await warned(park, visit) == []


async def test_whose_visit_was_moved_to_another_day_at_the_gate_is_still_expected_then(
    park: Park,
) -> None:
    booking, visit = await booked(park)
    await moved(park, booking, by=7 * DAY)
    await park.pass_door(visit, IN, at=after(2))
    assert (await on_board(park))[visit["visit_id"]] == (
        "expected",
        "2027-03-01T09:02:00Z",
        "find_visitor",
    )
    assert await warned(park, visit) == ["desk", "host", "landlord"]
    await park.pass_door(visit, OUT, at=after(40))
    assert await on_board(park) == {}
    park.now = NINE + 7 * DAY
    await park.pass_door(visit, IN, at=park.now)
    assert (await park.shown(visit))["status"] == "checked_in"


@pytest.mark.parametrize("is_heard_first", [True, False], ids=["in, moved", "moved, in"])
async def test_whose_visit_was_moved_by_an_hour_at_the_gate_is_in_and_stays_longer(
    park: Park, is_heard_first: bool
) -> None:
    booking, visit = await booked(park)
    if is_heard_first:
        await park.pass_door(visit, IN, at=after(2))
    await moved(park, booking, by=timedelta(hours=1))
    if not is_heard_first:
        await park.pass_door(visit, IN, at=after(2))
    shown = await park.shown(visit, to=AMAL)
    assert (shown["status"], shown["starts_at"]) == ("checked_in", "2027-03-01T10:00:00Z")
    assert shown["visitor_pass"]["valid_from"] <= "2027-03-01T09:02:00Z"
    assert shown["visitor_pass"]["valid_until"] == "2027-03-01T11:30:00Z"
    assert await warned(park, visit) == []


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
async def test_the_warning_is_a_mail_in_the_readers_language(park: Park, language: Any) -> None:
    park.people[AMAL] = park.people[AMAL].model_copy(update={"language": language})
    booking, visit = await booked(park)
    await park.query(
        "UPDATE known_people SET language = :l WHERE person_id = :p RETURNING 1",
        l=language,
        p=park.person_id(AMAL),
    )
    await cancelled(park, booking)
    await park.pass_door(visit, IN, at=after(2))
    await park.send_notices()
    (mail,) = park.mails(to=AMAL)
    assert "Camille Durand" in str(mail["Subject"])
    assert mail["Content-Language"].startswith(language)
    assert len(park.mails(to="reception@acme.example")) == 2, "theirs, and the landlord's"
