"""When hours count: by the clock on the wall, against examples and a naive oracle."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.access.schedules.domain import Hours, SpecialDays, Weekday

CASABLANCA = "Africa/Casablanca"
HOLIDAYS, RAMADAN = uuid4(), uuid4()
Written = dict[str, Any]

ORDINARY = SpecialDays(CASABLANCA)
MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def window(begins: str, ends: str, *days: str) -> Written:
    return {"begins": begins, "ends": ends, **({"days": list(days)} if days else {})}


def hours_of(*weekly: Written, special: dict[UUID, list[Written]] | None = None) -> Hours:
    groups = (special or {}).items()
    return Hours.of(weekly, [{"group_id": str(key), "windows": each} for key, each in groups])


def days(*groups: tuple[date, UUID]) -> SpecialDays:
    return SpecialDays(CASABLANCA, dict(groups))


def counts(hours: Hours, at: str, among: SpecialDays = ORDINARY) -> bool:
    """At a wall time of Casablanca, or at an instant where an offset is written."""
    found = datetime.fromisoformat(at)
    if found.tzinfo is None:
        found = found.replace(tzinfo=ZoneInfo(CASABLANCA))
    return hours.counts_at(found, days=among)


NIGHT = hours_of(window("22:00", "06:00", "MO"))


def test_the_begin_belongs_to_a_window_and_the_end_does_not() -> None:
    office = hours_of(window("08:00", "18:00", "MO"))
    assert counts(office, "2026-11-23T08:00:00")
    assert counts(office, "2026-11-23T17:59:59.999999")
    assert not counts(office, "2026-11-23T07:59:59.999999")
    assert not counts(office, "2026-11-23T18:00:00")
    assert not counts(office, "2026-11-24T09:00:00")


def test_several_windows_of_a_day_leave_the_breaks_between_them() -> None:
    friday = hours_of(window("14:30", "18:30", "FR"), window("08:00", "12:00", "FR"))
    found = [counts(friday, f"2026-11-27T{at}:00") for at in ("08:00", "12:00", "14:30", "18:30")]
    assert found == [True, False, True, False]


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    assert not counts(NIGHT, "2026-11-23T05:00:00")
    assert counts(NIGHT, "2026-11-23T22:00:00")
    assert counts(NIGHT, "2026-11-24T05:59:59")
    assert not counts(NIGHT, "2026-11-24T06:00:00")
    assert not counts(NIGHT, "2026-11-24T22:00:00")


def test_a_sundays_night_runs_into_monday() -> None:
    night = hours_of(window("22:00", "06:00", "SU"))
    assert counts(night, "2026-11-23T05:00:00")
    assert not counts(night, "2026-11-22T05:00:00")


@pytest.mark.parametrize("ends", ["24:00", "00:00"])
def test_a_whole_day_is_a_window(ends: str) -> None:
    whole = hours_of(window("00:00", ends, "MO"))
    assert counts(whole, "2026-11-23T00:00:00")
    assert counts(whole, "2026-11-23T23:59:59")
    assert not counts(whole, "2026-11-24T00:00:00")
    assert not counts(whole, "2026-11-22T23:59:59")


def test_a_window_that_ends_when_it_begins_lasts_24_hours() -> None:
    shift = hours_of(window("08:00", "08:00", "MO"))
    assert not counts(shift, "2026-11-23T07:59:59")
    assert counts(shift, "2026-11-23T08:00:00")
    assert counts(shift, "2026-11-24T07:59:59")
    assert not counts(shift, "2026-11-24T08:00:00")


def test_without_windows_nothing_ever_counts() -> None:
    assert not counts(hours_of(), "2026-11-23T09:00:00")


def test_a_special_days_windows_count_instead_of_the_weekdays() -> None:
    hours = hours_of(window("08:00", "18:00", "MO"), special={RAMADAN: [window("09:00", "15:00")]})
    special = days((MONDAY, RAMADAN))
    assert not counts(hours, "2026-11-23T08:30:00", special)
    assert counts(hours, "2026-11-23T09:00:00", special)
    assert not counts(hours, "2026-11-23T15:00:00", special)


def test_special_windows_count_also_where_the_weekday_is_closed() -> None:
    hours = hours_of(special={RAMADAN: [window("09:00", "15:00")]})
    assert counts(hours, "2026-11-23T09:00:00", days((MONDAY, RAMADAN)))


@pytest.mark.parametrize("special", [{HOLIDAYS: []}, {}, {RAMADAN: [window("00:00", "24:00")]}])
def test_a_special_day_without_windows_of_its_group_is_closed(special: Any) -> None:
    hours = hours_of(window("08:00", "18:00", "MO"), special=special)
    assert not counts(hours, "2026-11-23T09:00:00", days((MONDAY, HOLIDAYS)))


def test_a_special_day_does_not_cut_the_night_that_began_before_it() -> None:
    special = days((TUESDAY, HOLIDAYS))
    assert counts(NIGHT, "2026-11-24T00:00:00", special)
    assert counts(NIGHT, "2026-11-24T05:59:59", special)
    assert not counts(NIGHT, "2026-11-24T06:00:00", special)


def test_no_night_begins_on_a_closed_day_and_so_none_runs_into_the_next() -> None:
    special = days((MONDAY, HOLIDAYS))
    assert not counts(NIGHT, "2026-11-23T22:00:00", special)
    assert not counts(NIGHT, "2026-11-24T05:00:00", special)


def test_a_special_days_own_night_runs_into_the_ordinary_day_after() -> None:
    hours = hours_of(special={RAMADAN: [window("21:00", "02:00")]})
    special = days((MONDAY, RAMADAN))
    assert counts(hours, "2026-11-24T01:59:59", special)
    assert not counts(hours, "2026-11-24T02:00:00", special)


@pytest.mark.parametrize(
    ("day", "hour_in_utc"),
    [
        ("2026-01-05", 7),
        ("2026-03-02", 8),  # Ramadan of 2026
        ("2026-07-06", 7),
        ("2026-09-14", 7),
        ("2026-09-21", 8),  # the law of 2026: for good
        ("2027-07-05", 8),
    ],
)
def test_eight_in_the_morning_is_eight_on_the_parks_walls(day: str, hour_in_utc: int) -> None:
    office = hours_of(window("08:00", "18:00", "MO"))
    assert counts(office, f"{day}T{hour_in_utc:02}:00:00+00:00")
    assert not counts(office, f"{day}T{hour_in_utc - 1:02}:59:59+00:00")


def stretches(hours: Hours, starts: str, ends: str) -> list[str]:
    found = hours.stretches(
        datetime.fromisoformat(starts), datetime.fromisoformat(ends), days=ORDINARY
    )
    return [f"{a:%d %H:%M} to {b:%d %H:%M}" for a, b in found]


def test_what_the_clock_shows_twice_counts_twice() -> None:
    """On Sunday 2026-09-20 at 02:00 the clocks of Casablanca went back to 01:00."""
    around = ("2026-09-19T12:00:00+00:00", "2026-09-20T12:00:00+00:00")
    assert stretches(hours_of(window("01:00", "02:00", "SU")), *around) == ["20 00:00 to 20 02:00"]
    assert stretches(hours_of(window("01:30", "05:00", "SU")), *around) == [
        "20 00:30 to 20 01:00",
        "20 01:30 to 20 05:00",
    ]
    assert stretches(hours_of(window("22:00", "06:00", "SA")), *around) == ["19 21:00 to 20 06:00"]


def test_what_the_clock_jumps_over_never_comes() -> None:
    """On Sunday 2026-03-22, after Ramadan, the clocks went from 02:00 to 03:00."""
    around = ("2026-03-21T12:00:00+00:00", "2026-03-22T12:00:00+00:00")
    assert stretches(hours_of(window("02:15", "02:45", "SU")), *around) == []
    assert stretches(hours_of(window("02:30", "05:00", "SU")), *around) == ["22 02:00 to 22 04:00"]
    assert stretches(hours_of(window("22:00", "06:00", "SA")), *around) == ["21 22:00 to 22 05:00"]


def test_what_touches_is_one_stretch_and_none_is_longer_than_was_asked_for() -> None:
    always = hours_of(window("00:00", "24:00", *Weekday))
    around = ("2026-11-23T09:30:30+00:00", "2026-12-01T01:00:00+00:00")
    assert stretches(always, *around) == ["23 09:30 to 01 01:00"]


minutes = st.integers(0, 1439).map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")
ends_of_day = st.one_of(minutes, st.just("24:00"))
windows = st.builds(window, minutes, ends_of_day)
weekly_windows = st.builds(
    lambda begins, ends, on: window(begins, ends, *on),
    minutes,
    ends_of_day,
    st.lists(st.sampled_from(list(Weekday)), min_size=1, max_size=7, unique=True),
)
special_windows = st.dictionaries(
    st.sampled_from([HOLIDAYS, RAMADAN]), st.lists(windows, max_size=2), max_size=2
)
changes = st.sampled_from(
    [
        (CASABLANCA, date(2026, 2, 15)),
        (CASABLANCA, date(2026, 3, 22)),
        (CASABLANCA, date(2026, 9, 20)),
        (CASABLANCA, date(2026, 12, 31)),
        ("Europe/Paris", date(2026, 10, 25)),
        ("Australia/Lord_Howe", date(2026, 4, 5)),  # by half an hour
    ]
)


def wall_minutes(
    weekly: list[Written],
    special: dict[UUID, list[Written]],
    groups: dict[date, UUID],
    *,
    among: list[date],
) -> set[datetime]:
    """Every minute of wall time that is in a window which begins on one of these dates."""

    def minutes_of(day: date, each: Written) -> Iterator[datetime]:
        at = datetime.combine(day, time.fromisoformat(each["begins"]))
        end = datetime.combine(day, time.fromisoformat(each["ends"].replace("24:00", "00:00")))
        if end <= at:
            end += timedelta(days=1)
        while at < end:
            yield at
            at += timedelta(minutes=1)

    found: set[datetime] = set()
    for day in among:
        name = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[day.isoweekday() - 1]
        ordinary = [each for each in weekly if name in each["days"]]
        for each in special.get(groups[day], []) if day in groups else ordinary:
            found.update(minutes_of(day, each))
    return found


@settings(max_examples=60, deadline=None)
@given(
    weekly=st.lists(weekly_windows, max_size=4),
    special=special_windows,
    change=changes,
    special_days=st.lists(st.sampled_from([HOLIDAYS, RAMADAN, None]), min_size=5, max_size=5),
    seconds=st.integers(0, 59),
)
def test_minute_by_minute_hours_are_what_the_clock_on_the_wall_shows(
    weekly: list[Written],
    special: dict[UUID, list[Written]],
    change: tuple[str, date],
    special_days: list[UUID | None],
    seconds: int,
) -> None:
    timezone, middle = change
    around = [middle + timedelta(days=n) for n in range(-2, 3)]
    groups = {day: group for day, group in zip(around, special_days, strict=True) if group}
    open_minutes = wall_minutes(weekly, special, groups, among=around)
    hours = hours_of(*weekly, special=special)
    counting = SpecialDays(timezone, groups)
    starts = datetime.combine(middle, time(), tzinfo=UTC) - timedelta(hours=14, seconds=seconds)
    ends = starts + timedelta(hours=38)
    open_stretches = hours.stretches(starts, ends, days=counting)
    assert all(a < b for a, b in open_stretches)
    assert all(b < c for (_, b), (c, _) in pairwise(open_stretches))
    zone, at = ZoneInfo(timezone), starts
    while at < ends:
        wall = at.astimezone(zone).replace(tzinfo=None, fold=0, second=0)
        is_open = wall in open_minutes
        assert hours.counts_at(at, days=counting) == is_open, at
        assert any(a <= at < b for a, b in open_stretches) == is_open, at
        at += timedelta(minutes=1)
