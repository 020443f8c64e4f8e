"""What kept wall times mean by today's rules, above all around the hours that come twice."""

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.clock import clock_changes, local, span_kept, wall_time
from tests.support.zone_rules import CASABLANCA, old_rules

PARIS = "Europe/Paris"
ZONES = (
    CASABLANCA,
    PARIS,
    "Africa/Cairo",
    "America/New_York",
    "America/Nuuk",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
)
FROM, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
FIRST = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
"""Half past two in Paris; an hour later it is that again."""

Span = tuple[datetime, datetime]


@cache
def changes(timezone: str) -> list[datetime]:
    return clock_changes(FROM, UNTIL, timezone=timezone)


@st.composite
def spans(draw: st.DrawFn, timezone: str) -> Span:
    """Beginning within hours of a change of the clocks more often than not."""
    near = draw(st.sampled_from(changes(timezone) or [FROM]))
    anywhere = st.datetimes(FROM.replace(tzinfo=None), UNTIL.replace(tzinfo=None))
    around = st.integers(-240, 240).map(lambda minutes: near + timedelta(minutes=minutes))
    starts_at = draw(around | anywhere.map(lambda at: at.replace(tzinfo=UTC)))
    return starts_at, starts_at + timedelta(minutes=draw(st.integers(1, 2880)))


def walls_of(span: Span, timezone: str) -> Span:
    starts, ends = (wall_time(at, timezone=timezone).replace(fold=0) for at in span)
    return starts, ends


def folds_of(span: Span, timezone: str) -> tuple[int, int]:
    starts, ends = (local(at, timezone=timezone).fold for at in span)
    return starts, ends


@pytest.mark.parametrize("timezone", ZONES)
@given(st.data())
@settings(deadline=None)
def test_while_the_rules_stand_nobody_moves(timezone: str, data: st.DataObject) -> None:
    span = data.draw(spans(timezone))
    walls = walls_of(span, timezone)
    assert span_kept(span, walls, timezone=timezone) == span
    folds = folds_of(span, timezone)
    assert span_kept(span, walls, timezone=timezone, folds=folds) == span


@given(st.sampled_from(ZONES), st.sampled_from(ZONES), st.data())
@settings(deadline=None)
def test_whoever_has_moved_stays_there(before: str, after: str, data: st.DataObject) -> None:
    """Rules as different as those of two zones are."""
    span = data.draw(spans(before))
    walls = walls_of(span, before)
    moved = span_kept(span, walls, timezone=after)
    assert moved[0] < moved[1]
    assert span_kept(moved, walls, timezone=after) == moved


@given(st.data())
@settings(deadline=None)
def test_casablanca_is_followed_from_the_old_rules_to_the_new(data: st.DataObject) -> None:
    span = data.draw(spans(CASABLANCA))
    with old_rules():
        walls = walls_of(span, CASABLANCA)
    moved = span_kept(span, walls, timezone=CASABLANCA)
    if walls[0] >= datetime(2026, 9, 21):  # at UTC+0 for good
        assert moved[0] == walls[0].replace(tzinfo=UTC)
        assert moved[1] == walls[1].replace(tzinfo=UTC) or walls[1] <= walls[0]


def test_the_start_stays_in_its_hour_where_only_the_end_moves() -> None:
    """The second half past two, until eight by the wall: an hour later than it is by now."""
    second = FIRST + HOUR
    kept = (second, datetime(2027, 10, 31, 8, tzinfo=UTC))
    walls = (datetime(2027, 10, 31, 2, 30), datetime(2027, 10, 31, 8))
    meant = (second, datetime(2027, 10, 31, 7, tzinfo=UTC))
    assert span_kept(kept, walls, timezone=PARIS) == meant
    assert span_kept(kept, walls, timezone=PARIS, folds=(1, 0)) == meant


def test_the_end_stays_in_its_hour_where_only_the_start_moves() -> None:
    kept = (datetime(2027, 10, 30, 19, tzinfo=UTC), FIRST + HOUR)
    walls = (datetime(2027, 10, 30, 22), datetime(2027, 10, 31, 2, 30))
    meant = (datetime(2027, 10, 30, 20, tzinfo=UTC), FIRST + HOUR)
    assert span_kept(kept, walls, timezone=PARIS) == meant


def test_what_was_said_counts_more_than_where_it_is_kept() -> None:
    kept = (FIRST - HOUR, FIRST)
    walls = (datetime(2027, 10, 31, 2, 30), datetime(2027, 10, 31, 3, 30))
    at_once = span_kept(kept, walls, timezone=PARIS)
    said = span_kept(kept, walls, timezone=PARIS, folds=(1, 0))
    assert at_once[0] == FIRST, "the first, where nobody said which"
    assert said == (FIRST + HOUR, FIRST + 2 * HOUR)
