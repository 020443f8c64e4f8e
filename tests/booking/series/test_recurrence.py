"""When the bookings of a series are: each has a window, and all are as long as the first."""

from datetime import UTC, datetime, timedelta

import pytest

from services.booking.series.domain import Occurrence, Recurrence
from services.booking.window import EndsBeforeItStarts
from shared.recurrence import Rule

LAST = datetime(2029, 3, 1, tzinfo=UTC)


def a_series(first: datetime, length: timedelta) -> list[Occurrence]:
    rule = Rule.read("FREQ=DAILY;COUNT=3")
    return Recurrence(first, length, "Europe/Paris", rule).occurrences(last=LAST)


def test_each_is_as_long_as_the_first_whatever_the_clocks_do() -> None:
    made = a_series(datetime(2027, 3, 27, 22), timedelta(hours=8))
    assert {each.window.length for each in made} == {timedelta(hours=8)}


def test_a_series_of_no_length_is_refused() -> None:
    with pytest.raises(EndsBeforeItStarts):
        a_series(datetime(2027, 3, 1, 9), timedelta())
