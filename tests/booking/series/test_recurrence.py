"""When the bookings of a series are: each has a window, by the clock on the wall."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.booking.bookings.domain.kept import stretch
from services.booking.rederiving.domain import window_meant
from services.booking.series.domain import Occurrence, Recurrence, window_of
from services.booking.window import EndsBeforeItStarts, TooLong
from shared.clock import wall_time
from shared.recurrence import Rule
from tests.support.zone_rules import CASABLANCA, old_rules

LAST = datetime(2029, 3, 1, tzinfo=UTC)
PARIS = "Europe/Paris"
HOUR = timedelta(hours=1)


def a_series(first: datetime, length: timedelta, timezone: str = PARIS) -> list[Occurrence]:
    rule = Rule.read("FREQ=DAILY;COUNT=3")
    return Recurrence(first, length, timezone, rule).occurrences(last=LAST)


@pytest.mark.parametrize(
    ("first", "timezone", "lasts"),
    [
        (datetime(2027, 3, 26, 22), PARIS, 7),
        (datetime(2027, 10, 29, 22), PARIS, 9),
        (datetime(2026, 2, 13, 22), CASABLANCA, 9),
        (datetime(2026, 3, 20, 22), CASABLANCA, 7),
        (datetime(2026, 9, 18, 22), CASABLANCA, 9),
    ],
)
def test_each_ends_when_the_clock_on_the_wall_says_so(
    first: datetime, timezone: str, lasts: int
) -> None:
    made = a_series(first, 8 * HOUR, timezone)
    assert [each.window.length / HOUR for each in made] == [8, lasts, 8]
    ends = {wall_time(each.window.ends_at, timezone=timezone).time() for each in made}
    assert ends == {time(6)}


def test_a_day_of_25_hours_is_booked_for_24() -> None:
    made = a_series(datetime(2027, 10, 30, 9), 24 * HOUR)
    assert [each.window.length / HOUR for each in made] == [24, 24, 24]
    with pytest.raises(TooLong):
        a_series(datetime(2027, 10, 30, 9), 24 * HOUR + timedelta(minutes=1))


@pytest.mark.parametrize("length", [timedelta(), -HOUR])
def test_a_series_of_no_length_is_refused(length: timedelta) -> None:
    with pytest.raises(EndsBeforeItStarts):
        a_series(datetime(2027, 3, 1, 9), length)


Kept = dict[str, Any]


def kept_of(made: Occurrence, timezone: str) -> Kept:
    """What its booking has of it."""
    stretched = stretch(made.window, timezone=timezone)
    named = ("starts_wall", "starts_fold", "ends_wall", "ends_fold")
    return {name: stretched[name] for name in named} | {"kept": made.window, "timezone": timezone}


@given(
    first=st.datetimes(datetime(2027, 1, 1), datetime(2028, 12, 1)),
    minutes=st.integers(1, 1440),
    timezone=st.sampled_from([PARIS, CASABLANCA, "Australia/Lord_Howe"]),
)
@settings(deadline=None)
def test_what_a_series_has_means_the_same_by_its_own_walls(
    first: datetime, minutes: int, timezone: str
) -> None:
    made = a_series(first.replace(second=0, microsecond=0), timedelta(minutes=minutes), timezone)
    assert [window_meant(**kept_of(each, timezone)) for each in made] == [
        each.window for each in made
    ]


@pytest.mark.parametrize("night", [datetime(2027, 2, 6, 22), datetime(2027, 3, 13, 22)])
def test_by_new_rules_of_its_zone_a_booking_still_follows_its_series(night: datetime) -> None:
    """By the old rules the clocks of Casablanca changed in that night, by the new ones in none."""
    with old_rules():
        made = Occurrence(night, window_of(night, 8 * HOUR, timezone=CASABLANCA))
        kept = kept_of(made, CASABLANCA)
    assert made.window.length != 8 * HOUR
    assert window_meant(**kept) == window_of(night, 8 * HOUR, timezone=CASABLANCA)
