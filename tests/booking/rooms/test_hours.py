"""When rooms are open, by the wall clock, with the meaning of RFC 7953."""

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.booking.rooms.domain.hours import (
    ALWAYS,
    MIDNIGHT,
    DatedHours,
    Hours,
    OfDay,
    Week,
    joined,
    without,
)
from shared.clock import instant, wall_time

PARK_TIME = "Africa/Casablanca"
CHANGES = (date(2026, 2, 15), date(2026, 3, 22), date(2026, 9, 20))
"""Clocks are set back, put forward, and set back for good."""
WORKDAY: Week = (((9 * 60, 18 * 60),),) * 7
RAMADAN = DatedHours(date(2026, 2, 18), date(2026, 3, 20), 1, (((10 * 60, 15 * 60),),) * 7)

days = st.sampled_from(CHANGES).flatmap(
    lambda day: st.integers(-2, 2).map(lambda off: day + timedelta(days=off))
)
stretches_of_a_day = (
    st.lists(st.integers(0, MIDNIGHT), min_size=0, max_size=6, unique=True)
    .map(sorted)
    .map(lambda edges: tuple(zip(edges[::2], edges[1::2], strict=False)))
)
weeks = st.tuples(*[stretches_of_a_day] * 7)
instants = st.builds(
    lambda day, minute: datetime.combine(day, time(), tzinfo=UTC) + timedelta(minutes=minute),
    days,
    st.integers(-90, MIDNIGHT + 90),
)


def is_shown_open(hours: Hours, at: datetime) -> bool:
    """The definition: what the clock on the wall shows lies in what is open on that day."""
    wall = wall_time(at, timezone=hours.timezone)
    minute = wall.hour * 60 + wall.minute
    return any(opens <= minute < closes for opens, closes in hours.wall_of(wall.date()))


def local(day: str, clock: str) -> datetime:
    return instant(datetime.fromisoformat(f"{day}T{clock}"), timezone=PARK_TIME)


@given(week=weeks, at=instants)
def test_a_room_is_open_exactly_when_the_wall_clock_says_so(week: Week, at: datetime) -> None:
    hours = Hours(PARK_TIME, week)
    minute = timedelta(minutes=1)
    assert bool(hours.open_stretches(at, at + minute)) == is_shown_open(hours, at)


@given(week=weeks, starts=instants, length=st.integers(1, 3000))
def test_stretches_are_in_order_apart_and_within_what_was_asked(
    week: Week, starts: datetime, length: int
) -> None:
    ends = starts + timedelta(minutes=length)
    found = Hours(PARK_TIME, week).open_stretches(starts, ends)
    edges = [edge for stretch in found for edge in stretch]
    assert edges == sorted(set(edges))
    assert not edges or starts <= edges[0] < edges[-1] <= ends


@given(week=weeks, starts=instants, middle=st.integers(1, 1500), rest=st.integers(1, 1500))
def test_asking_in_two_pieces_finds_the_same(
    week: Week, starts: datetime, middle: int, rest: int
) -> None:
    hours = Hours(PARK_TIME, week)
    cut, ends = starts + timedelta(minutes=middle), starts + timedelta(minutes=middle + rest)
    pieces = hours.open_stretches(starts, cut) + hours.open_stretches(cut, ends)
    assert joined(pieces) == hours.open_stretches(starts, ends)


@given(
    kept=st.lists(st.tuples(instants, instants), max_size=4),
    taken=st.lists(st.tuples(instants, instants), max_size=4),
    at=instants,
)
def test_what_is_taken_away_is_gone_and_the_rest_is_left(
    kept: list[tuple[datetime, datetime]], taken: list[tuple[datetime, datetime]], at: datetime
) -> None:
    def covers(stretches: list[tuple[datetime, datetime]]) -> bool:
        return any(begins <= at < ends for begins, ends in stretches)

    left = without(joined(kept), joined(taken))
    assert covers(left) == (covers(joined(kept)) and not covers(joined(taken)))


@pytest.mark.parametrize(
    ("day", "length"),
    [("2026-02-15", 10), ("2026-03-22", 8), ("2026-09-20", 10), ("2026-09-21", 9)],
)
def test_a_day_over_a_clock_change_is_as_long_as_the_clock_shows(day: str, length: int) -> None:
    """From one to ten o'clock; clocks change at two or at three."""
    hours = Hours(PARK_TIME, (((60, 600),),) * 7)
    opens = local(day, "00:00")
    found = hours.open_stretches(opens, opens + timedelta(hours=20))
    assert [ends - begins for begins, ends in found] == [timedelta(hours=length)]


def test_dated_hours_count_alone_within_their_dates() -> None:
    hours = Hours(PARK_TIME, WORKDAY, dated=(RAMADAN,))
    for day, opens, closes in (
        ("2026-02-17", "09:00", "18:00"),
        ("2026-02-18", "10:00", "15:00"),
        ("2026-03-19", "10:00", "15:00"),
        ("2026-03-20", "09:00", "18:00"),
    ):
        found = hours.open_stretches(local(day, "00:00"), local(day, "23:59"))
        assert found == [(local(day, opens), local(day, closes))]


def test_of_dated_hours_the_highest_priority_counts() -> None:
    closed_for_works = DatedHours(date(2026, 3, 2), date(2026, 3, 4), 9, ((),) * 7)
    more_urgent = DatedHours(date(2026, 3, 3), date(2026, 3, 5), 2, ALWAYS)
    hours = Hours(PARK_TIME, WORKDAY, dated=(closed_for_works, more_urgent))
    assert hours.wall_of(date(2026, 3, 2)) == ()
    assert hours.wall_of(date(2026, 3, 3)) == ALWAYS[0]
    assert hours.wall_of(date(2026, 3, 4)) == ALWAYS[0]
    assert hours.wall_of(date(2026, 3, 5)) == WORKDAY[0]


def test_a_special_day_closes_the_rooms_that_follow_it_but_for_its_groups_hours() -> None:
    feast, half_day = uuid4(), uuid4()
    morning: tuple[OfDay, ...] = ((540, 720),)
    special_days = {date(2026, 3, 2): feast, date(2026, 3, 3): half_day}
    follows = Hours(
        PARK_TIME,
        ALWAYS,
        dated=(RAMADAN,),
        special={half_day: morning},
        follows_special_days=True,
        special_days=special_days,
    )
    assert follows.wall_of(date(2026, 3, 2)) == ()
    assert follows.wall_of(date(2026, 3, 3)) == morning
    assert follows.wall_of(date(2026, 3, 4)) == RAMADAN.week[2]
    assert Hours(PARK_TIME, WORKDAY, special_days=special_days).wall_of(date(2026, 3, 2)) != ()
