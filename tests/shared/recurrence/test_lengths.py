"""How long each lasts where the clocks change in it, beside what recurring-ical-events makes of it,
by DTEND and by DURATION.

Where the clocks leave nothing of it, or less than nothing (a start that they leave out, an end soon
after), theirs has no meant outcome; ours is as long as it is said to be.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache

import icalendar
import pytest
import recurring_ical_events
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.clock import clock_changes, wall_time, zone
from shared.recurrence import Recurrence, Rule, span_of

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
CASABLANCA, PARIS = "Africa/Casablanca", "Europe/Paris"
ZONES = [
    CASABLANCA,
    PARIS,
    "America/New_York",
    "Africa/Cairo",  # at midnight
    "Australia/Lord_Howe",  # by half an hour
    "Antarctica/Troll",  # by two hours
]
Span = tuple[datetime, datetime]


@cache
def changes(timezone: str) -> list[datetime]:
    begins, ends = (datetime(year, 1, 1, tzinfo=UTC) for year in (2026, 2029))
    return clock_changes(begins, ends, timezone=timezone)


def ours(first: datetime, length: timedelta, timezone: str, count: int = 3) -> list[Span]:
    recurrence = Recurrence(first, length, timezone, Rule.read(f"FREQ=DAILY;COUNT={count}"))
    starts = recurrence.starts(last=datetime(2030, 1, 1, tzinfo=UTC), most=count)
    return [span_of(each.recurrence_wall, length, timezone=timezone) for each in starts]


def theirs(first: datetime, timezone: str, *, says: str, length: timedelta) -> list[Span]:
    event = icalendar.Event()
    event.add("uid", "one")
    event.add("dtstart", first.replace(tzinfo=zone(timezone)))
    if says == "dtend":
        event.add("dtend", (first + length).replace(tzinfo=zone(timezone)))
    else:
        event.add("duration", length)
    event.add("rrule", icalendar.vRecur.from_ical("FREQ=DAILY;COUNT=3"))
    calendar = icalendar.Calendar()
    calendar.add_component(event)
    begins = first.replace(tzinfo=UTC)
    found = recurring_ical_events.of(calendar).between(begins - 3 * DAY, begins + 9 * DAY)
    return sorted(
        (each["dtstart"].dt.astimezone(UTC), each["dtend"].dt.astimezone(UTC)) for each in found
    )


def hours(spans: Sequence[Span]) -> list[float]:
    return [(ends - starts) / HOUR for starts, ends in spans]


@pytest.mark.parametrize(
    ("timezone", "night", "lasts"),
    [
        (PARIS, datetime(2027, 3, 27, 22), 7),
        (PARIS, datetime(2027, 10, 30, 22), 9),
        (CASABLANCA, datetime(2026, 2, 14, 22), 9),
        (CASABLANCA, datetime(2026, 3, 21, 22), 7),
        (CASABLANCA, datetime(2026, 9, 19, 22), 9),
        (CASABLANCA, datetime(2027, 3, 27, 22), 8),
    ],
)
@pytest.mark.parametrize("says", ["dtend", "duration"])
def test_a_night_ends_at_six_also_when_the_clocks_change_in_it(
    timezone: str, night: datetime, lasts: int, says: str
) -> None:
    """Whether it is the first night or another, and whichever way its length is written."""
    for first, expected in ((night - DAY, [8, lasts, 8]), (night, [lasts, 8, 8])):
        made = ours(first, 8 * HOUR, timezone)
        assert hours(made) == expected
        assert {wall_time(ends, timezone=timezone).hour for _, ends in made} == {6}
        assert made == theirs(first, timezone, says=says, length=8 * HOUR)


@st.composite
def about_a_change(draw: st.DrawFn) -> tuple[str, datetime]:
    """A wall time of which one of three days is within a day of a change of the clocks there."""
    timezone = draw(st.sampled_from(ZONES))
    changed_at = draw(st.sampled_from(changes(timezone)))
    wall = wall_time(changed_at, timezone=timezone)
    return timezone, wall + draw(st.integers(-2 * 1440, 180)) * MINUTE


@given(about=about_a_change(), minutes=st.integers(1, 180) | st.integers(1, 1440))
@example(about=(PARIS, datetime(2027, 3, 27, 2, 15)), minutes=60).via("nothing is left")
@example(about=(PARIS, datetime(2027, 3, 27, 2, 30)), minutes=45).via("less than nothing")
@example(about=(PARIS, datetime(2027, 3, 27, 2, 15)), minutes=30).via("all of it is left out")
@example(about=(PARIS, datetime(2027, 3, 27, 22)), minutes=270).via("the end is left out")
@example(about=(PARIS, datetime(2027, 10, 30, 22)), minutes=270).via("the end comes twice")
@example(about=(PARIS, datetime(2027, 10, 30, 2, 30)), minutes=60).via("the start comes twice")
@settings(deadline=None, max_examples=150)
def test_each_lasts_as_long_as_in_calendars_and_never_nothing(
    about: tuple[str, datetime], minutes: int
) -> None:
    timezone, first = about
    length = minutes * MINUTE
    made = ours(first, length, timezone)
    assert min(hours(made)) > 0
    for says in ("dtend", "duration"):
        meant = [
            (starts, ends if ends > starts else starts + length)
            for starts, ends in theirs(first, timezone, says=says, length=length)
        ]
        assert sorted(made) == sorted(meant)


def test_what_may_last_a_day_lasts_no_longer_when_the_clocks_make_it_25_hours() -> None:
    night = datetime(2027, 10, 30, 22)
    for length, lasts in ((23 * HOUR, 24), (24 * HOUR, 24), (23.5 * HOUR, 23.5)):
        span = span_of(night, length, timezone=PARIS, at_most=DAY)
        assert hours([span]) == [lasts]
