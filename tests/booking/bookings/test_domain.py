"""The rules of a booking, whatever is tried with it, in whatever order."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.booking.bookings.domain import (
    Booking,
    Invited,
    Standing,
    TooLateToCancel,
    participants_of,
)
from services.booking.rooms.domain import ALWAYS, BookableRoom, Hours, RoomClosed, Week, week_of
from services.booking.window import EndsBeforeItStarts, TooLong, Window
from shared.clock import instant
from shared.errors import Refusal
from shared.events.booking import BookingEvent
from shared.events.premises import Names
from shared.identity.listed import Person, Role
from tests.booking.park import ELEVEN, NINE, TEN, a_person, minutes

PARK_TIME = "Africa/Casablanca"
LEAD = minutes(10)


def somebody(*roles: Role) -> Person:
    return Person(
        person_id=uuid4(),
        tenant_id=uuid4(),
        display_name="Somebody",
        email="somebody@acme.example",
        language="fr",
        is_landlord=False,
        roles=frozenset(roles),
    )


def a_room(*, capacity: int = 8, week: Week = ALWAYS) -> BookableRoom:
    return BookableRoom(
        room_id=uuid4(),
        code="ATLAS",
        names=Names(fr="Atlas", ar="أطلس", en="Atlas"),
        zone_id=uuid4(),
        capacity=capacity,
        space_ids=(uuid4(),),
        buffer_before=timedelta(),
        buffer_after=timedelta(),
        minimum_notice=timedelta(),
        hours=Hours(PARK_TIME, week),
        is_zone_known=True,
        is_bookable=True,
    )


def a_booking(*, by: Person | None = None) -> Booking:
    return Booking.made(
        room=a_room(),
        window=Window(NINE, TEN),
        timezone=PARK_TIME,
        by=by or somebody(),
        at=NINE - minutes(60),
    )


def test_a_booking_cannot_be_cancelled_once_it_has_started() -> None:
    organiser = somebody()
    booking = a_booking(by=organiser)
    with pytest.raises(TooLateToCancel):
        booking.cancel(by=organiser, at=NINE)
    booking.cancel(by=organiser, at=NINE - timedelta(microseconds=1))
    assert booking.status == Standing.CANCELLED


@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["cancel", "check_in", "end_early", "extend", "move", "hand_over"]),
            st.integers(-120, 240),
        ),
        max_size=12,
    )
)
def test_whatever_is_tried_a_booking_stays_sound(steps: list[tuple[str, int]]) -> None:
    organiser, room = somebody(), a_room()
    booking = a_booking(by=organiser)
    is_over = False
    for step, offset in steps:
        at = NINE + minutes(offset)
        before = (booking.status, booking.version, booking.starts_at, booking.ends_at)
        try:
            event = _do(step, booking, by=organiser, room=room, at=at)
        except Refusal:
            after = (booking.status, booking.version, booking.starts_at, booking.ends_at)
            assert after == before, "a refusal changes nothing"
            continue
        assert not is_over, "what no longer stands is not changed any more"
        is_over = not booking.is_live
        assert booking.version == before[1] + 1
        assert booking.starts_at < booking.ends_at
        assert instant(booking.starts_wall, timezone=PARK_TIME) == booking.starts_at
        assert instant(booking.ends_wall, timezone=PARK_TIME) == booking.ends_at
        assert event.booking == booking.facts()
        assert (booking.status == Standing.CANCELLED) == (booking.reason is not None)


def _do(
    step: str, booking: Booking, *, by: Person, room: BookableRoom, at: datetime
) -> BookingEvent:
    match step:
        case "cancel":
            return booking.cancel(by=by, at=at)
        case "check_in":
            return booking.check_in(at=at, lead=LEAD)
        case "end_early":
            return booking.end_early(at=at)
        case "extend":
            return booking.extend(room=room, to=ELEVEN, by=by, at=at)
        case "move":
            window = Window(TEN, ELEVEN)
            return booking.move(room=room, window=window, layout=None, by=by, at=at)
        case _:
            return booking.hand_over(to=uuid4(), at=at)


@given(start=st.integers(-3000, 3000), length=st.integers(-3000, 3000))
def test_a_window_is_half_open_and_at_most_a_day(start: int, length: int) -> None:
    starts_at = NINE + minutes(start)
    ends_at = starts_at + minutes(length)
    if length <= 0:
        with pytest.raises(EndsBeforeItStarts):
            Window(starts_at, ends_at)
    elif length > 24 * 60:
        with pytest.raises(TooLong):
            Window(starts_at, ends_at)
    else:
        assert Window(starts_at, ends_at).length == minutes(length)


@given(
    emails=st.lists(st.sampled_from(["a@x.example", "A@X.example", "b@x.example", "o@x.example"]))
)
def test_everybody_is_invited_once_and_the_organiser_never(emails: list[str]) -> None:
    tenant_id = uuid4()
    organiser = a_person(tenant_id, email="o@x.example")
    invited = [Invited(email=email, name=None, language=None) for email in emails]

    rows = participants_of(
        uuid4(),
        invited,
        people={organiser.email: organiser},
        tenant_id=tenant_id,
        organiser_id=organiser.person_id,
        language="fr",
    )
    wanted = dict.fromkeys(email.lower() for email in emails)
    assert [row.email for row in rows] == [email for email in wanted if email != organiser.email]
    assert [row.position for row in rows] == list(range(len(rows)))


def test_opening_hours_are_wall_time_before_and_after_the_change_of_law() -> None:
    nine_to_six = [{"weekday": day, "opens": "09:00", "closes": "18:00"} for day in range(1, 8)]
    room = a_room(week=week_of(nine_to_six))
    for day in ("2026-09-14", "2026-09-21"):  # UTC+1, then UTC+0 for good since 2026-09-20
        opens = instant(datetime.fromisoformat(f"{day}T09:00"), timezone=PARK_TIME)
        room.must_take(Window(opens, opens + minutes(60)), people=1)
        early = Window(opens - minutes(1), opens + minutes(59))
        with pytest.raises(RoomClosed):
            room.must_take(early, people=1)
