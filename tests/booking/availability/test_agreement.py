"""Whatever is asked, the answers agree with each other, and with trying each time one by one."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.booking.availability.domain import (
    Day,
    Held,
    Need,
    WishedHours,
    earliest_start,
    first_slot,
    free_slots,
    free_stretches,
)
from services.booking.rooms.domain import (
    BookableRoom,
    Emergency,
    Hours,
    OverriddenBy,
    StandingClosure,
    Stretch,
    week_of,
)
from services.booking.window import Window
from shared.events.premises import Names
from shared.identity.listed import Person, Role
from tests.booking.availability.looking import day, first_free, looked_up, parsed
from tests.booking.park import NINE, Park, minutes

ZONE = "Africa/Casablanca"
DAYS = [datetime(2026, 2, 15, tzinfo=UTC), datetime(2026, 3, 22, tzinfo=UTC), NINE]
"""Around which the clock is put back, put forward, left alone."""
STEP = minutes(5)
SPACES = (UUID(int=1), UUID(int=2))
SOMEBODY = Person(
    person_id=UUID(int=7),
    tenant_id=UUID(int=8),
    display_name="Amal Test",
    email="amal@acme.example",
    language="fr",
    is_landlord=False,
    roles=frozenset({Role.EMPLOYEE}),
)

steps = st.integers(0, 12 * 30)


@st.composite
def stretches(draw: st.DrawFn, day: datetime, *, most: int) -> list[Stretch]:
    """Around that day, in order, none of them overlapping."""
    marks = sorted(set(draw(st.lists(steps, max_size=2 * most))))
    if len(marks) % 2:
        marks.pop()
    instants = [day - timedelta(hours=3) + mark * STEP for mark in marks]
    return list(zip(instants[::2], instants[1::2], strict=True))


@st.composite
def rooms(draw: st.DrawFn, day: datetime) -> BookableRoom:
    opens, closes = sorted(draw(st.lists(st.integers(0, 96), min_size=2, max_size=2, unique=True)))
    clock = [f"{mark // 4:02}:{mark % 4 * 15:02}" for mark in (opens, closes)]
    week = [{"weekday": n, "opens": clock[0], "closes": clock[1]} for n in range(1, 8)]
    always = draw(st.booleans())
    buffers = st.sampled_from([0, 5, 10, 60]).map(minutes)
    closed = draw(stretches(day, most=1))
    return BookableRoom(
        room_id=uuid4(),
        code="ATLAS",
        names=Names(fr="Atlas", ar="أطلس", en="Atlas"),
        zone_id=uuid4(),
        capacity=8,
        space_ids=SPACES[: draw(st.integers(1, 2))],
        buffer_before=draw(buffers),
        buffer_after=draw(buffers),
        minimum_notice=draw(st.sampled_from([0, 30, 120]).map(minutes)),
        hours=Hours(timezone=ZONE) if always else Hours(timezone=ZONE, week=week_of(week)),
        is_zone_known=True,
        is_bookable=True,
        closures=tuple(_closure(each) for each in closed),
        emergency=draw(st.sampled_from([None, None, Emergency.LOCKDOWN])),
    )


def _closure(stretch: Stretch) -> StandingClosure:
    return StandingClosure(
        closure_id=uuid4(),
        room_id=None,
        zone_id=None,
        starts_at=stretch[0],
        ends_at=stretch[1],
        reason="Works",
        overridden_by=OverriddenBy.NOBODY,
        override_person_ids=frozenset(),
    )


def can_be_had(room: BookableRoom, held: Held, window: Window, *, at: datetime) -> bool:
    """By asking what making a booking asks: the room, and then each claim."""
    if window.starts_at < at - minutes(1):
        return False
    if not Need().is_taken(room, window, by=SOMEBODY, at=at):
        return False
    wanted = room.claimed_by(window)
    return not any(
        begins < wanted.ends_at and wanted.starts_at < ends
        for space_id in room.space_ids
        for begins, ends in held.get(space_id, ())
    )


@st.composite
def situations(draw: st.DrawFn) -> tuple[datetime, BookableRoom, Held, datetime]:
    on = draw(st.sampled_from(DAYS)).replace(hour=0)
    held = {space_id: draw(stretches(on, most=4)) for space_id in SPACES}
    at = on + draw(st.integers(-60, 24 * 60)) * minutes(1)
    return on, draw(rooms(on)), held, at


def windows(starts: datetime, ends: datetime, length: timedelta) -> Iterator[Window]:
    while starts + length <= ends:
        yield Window(starts, starts + length)
        starts += STEP


@settings(max_examples=150, deadline=None)
@given(situations(), st.sampled_from([5, 25, 90]).map(minutes))
def test_a_window_can_be_had_exactly_within_one_free_stretch(
    situation: tuple[datetime, BookableRoom, Held, datetime], length: timedelta
) -> None:
    on, room, held, at = situation
    ends = on + timedelta(hours=25)
    free = free_stretches(room, held, starts=on, ends=ends)
    earliest = earliest_start(room, at=at)
    for window in windows(on, ends, length):
        is_within = any(a <= window.starts_at and window.ends_at <= b for a, b in free)
        expected = can_be_had(room, held, window, at=at)
        assert (is_within and window.starts_at >= earliest) == expected, window


@settings(max_examples=150, deadline=None)
@given(situations(), st.sampled_from([5, 10, 15, 30]).map(minutes))
def test_a_bit_is_one_exactly_where_the_slot_can_be_had(
    situation: tuple[datetime, BookableRoom, Held, datetime], slot: timedelta
) -> None:
    on, room, held, at = situation
    made = Day(date=on.date(), timezone=ZONE, slot=slot)
    bits = free_slots(room, held, day=made, at=at)
    expected = [
        can_be_had(room, held, Window(begins, begins + slot), at=at)
        for begins in (made.starts_at + n * slot for n in range(made.slots))
    ]
    assert [bool(bits >> (made.slots - 1 - n) & 1) for n in range(made.slots)] == expected


@settings(max_examples=150, deadline=None)
@given(
    situations(),
    st.sampled_from([5, 25, 90]).map(minutes),
    st.lists(st.integers(0, 24), min_size=2, max_size=2, unique=True).map(sorted),
)
def test_the_first_slot_is_the_first_that_can_be_had(
    situation: tuple[datetime, BookableRoom, Held, datetime], length: timedelta, hours: list[int]
) -> None:
    on, room, held, at = situation
    ends = on + timedelta(hours=25)
    wished = WishedHours(hours[0] * 60, hours[1] * 60).between(on, ends, timezone=ZONE)
    expected = next(
        (
            window.starts_at
            for window in windows(on, ends, length)
            if window.starts_at >= at
            and any(a <= window.starts_at and window.ends_at <= b for a, b in wished)
            and can_be_had(room, held, window, at=at)
        ),
        None,
    )
    found = first_slot(room, held, need=Need(), length=length, wished=wished, at=at)
    assert (found and found.starts_at) == expected


@pytest.mark.parametrize("seed", range(3))
async def test_search_first_slots_days_and_busy_say_the_same_over_http(
    park: Park, seed: int
) -> None:
    chance = random.Random(seed)
    made = [
        await park.a_room(
            code=f"r{n}",
            capacity=2 + n,
            buffer_before_minutes=chance.choice((0, 10)),
            buffer_after_minutes=chance.choice((0, 15)),
            minimum_notice_minutes=chance.choice((0, 90)),
            spaces=chance.sample(["a", "b", "c", "d"], k=chance.choice((1, 2))),
        )
        for n in range(4)
    ]
    for _ in range(30):
        starts_at = NINE + chance.randrange(0, 20) * minutes(15)
        ends_at = starts_at + chance.choice((15, 30, 60)) * minutes(1)
        await park.book(chance.choice(made), starts_at=starts_at, ends_at=ends_at)
    _, bits = await day(park, NINE.date(), slot_minutes=15)
    for n in range(4 * 8, 4 * 16):
        starts_at = NINE.replace(hour=0) + n * minutes(15)
        found = await looked_up(park, "/v1/rooms/free", starts_at=starts_at, minutes=15)
        offered = {room["code"]: parsed(room["free_until"]) for room in found["items"]}
        assert offered.keys() == {code for code, slots in bits.items() if slots[n] == "1"}
        for code, until in offered.items():
            whole = "1" * (
                (min(until, NINE.replace(hour=23, minute=59)) - starts_at) // minutes(15)
            )
            assert bits[code][n:].startswith(whole)
    for code, starts_wall in await first_free(park, minutes=15, days=1):
        first = parsed(starts_wall + "+00:00")
        by_bits = NINE.replace(hour=0) + bits[code].index("1") * minutes(15)
        assert first <= by_bits < first + minutes(15)
    for room in made:
        busy = await looked_up(
            park,
            f"/v1/rooms/{room['room_id']}/busy",
            starts_at=NINE.replace(hour=0),
            ends_at=NINE.replace(hour=23),
        )
        for each in busy["items"]:
            met = (parsed(each["starts_at"]) - NINE.replace(hour=0)) // minutes(15)
            end = -(-(parsed(each["ends_at"]) - NINE.replace(hour=0)) // minutes(15))
            assert set(bits[room["code"]][met:end]) == {"0"}
