"""When a series recurs: ends, horizons, clock changes, and what is refused, in bounded time."""

from datetime import UTC, datetime, timedelta
from time import process_time

import pytest

from shared.errors import Refusal
from shared.recurrence import Recurrence, Rule, Start
from shared.recurrence.refusals import (
    NothingRecurs,
    RuleNotUnderstood,
    RuleWithoutEnd,
    SeriesTooLong,
    StartsOffItsRule,
    TooManyOccurrences,
)

CASABLANCA, PARIS = "Africa/Casablanca", "Europe/Paris"
HOUR = timedelta(hours=1)
NINE = datetime(2027, 3, 1, 9)
LAST = datetime(2029, 3, 1, tzinfo=UTC)
MOST = 750


def a_series(
    rule: str | None,
    *,
    first: datetime = NINE,
    timezone: str = CASABLANCA,
    dates: list[datetime] | None = None,
    but_not: list[datetime] | None = None,
    last: datetime = LAST,
) -> list[Start]:
    read = None if rule is None else Rule.read(rule)
    recurrence = Recurrence(first, HOUR, timezone, read, dates or [], but_not or [])
    return recurrence.starts(last=last, most=MOST)


def starts(found: list[Start]) -> list[str]:
    return [each.starts_at.strftime("%m-%dT%H:%MZ") for each in found]


def test_nine_in_casablanca_is_another_instant_when_its_clocks_are_set() -> None:
    """Morocco: UTC+1, UTC+0 in Ramadan (2026-02-15 to 03-22), UTC+0 for good since 2026-09-20."""
    made = a_series("FREQ=WEEKLY;COUNT=7", first=datetime(2026, 2, 8, 9))
    assert starts(made) == [
        "02-08T08:00Z",
        "02-15T09:00Z",
        "02-22T09:00Z",
        "03-01T09:00Z",
        "03-08T09:00Z",
        "03-15T09:00Z",
        "03-22T08:00Z",
    ]
    made = a_series("FREQ=DAILY;COUNT=4", first=datetime(2026, 9, 18, 9))
    assert starts(made) == ["09-18T08:00Z", "09-19T08:00Z", "09-20T09:00Z", "09-21T09:00Z"]


def test_in_the_hour_that_comes_twice_the_first_is_meant() -> None:
    made = a_series("FREQ=DAILY;COUNT=3", first=datetime(2026, 2, 14, 2, 30))
    assert starts(made) == ["02-14T01:30Z", "02-15T01:30Z", "02-16T02:30Z"]


def test_a_time_that_the_clock_jumps_over_counts_by_the_offset_before() -> None:
    made = a_series("FREQ=DAILY;COUNT=3", first=datetime(2026, 3, 21, 2, 30))
    assert starts(made) == ["03-21T02:30Z", "03-22T02:30Z", "03-23T01:30Z"]
    assert made[1].recurrence_wall == datetime(2026, 3, 22, 2, 30)


@pytest.mark.parametrize(
    ("until", "count"),
    [
        ("20270304T090000Z", 4),
        ("20270304T085959Z", 3),
        ("20270304T090000", 4),
        ("20270304T085959", 3),
        ("20270304", 4),
    ],
)
def test_until_counts_to_the_second_as_an_instant_a_wall_time_or_a_whole_day(
    until: str, count: int
) -> None:
    assert len(a_series(f"FREQ=DAILY;UNTIL={until}")) == count


def test_until_is_an_instant_where_the_wall_shows_a_time_twice() -> None:
    """Paris, 2027-10-31: 02:30 is at 00:30Z and again at 01:30Z; the series means the first."""
    rule = "FREQ=DAILY;UNTIL=20271031T{}Z"
    first = datetime(2027, 10, 30, 2, 30)
    assert len(a_series(rule.format("003000"), first=first, timezone=PARIS)) == 2
    assert len(a_series(rule.format("011000"), first=first, timezone=PARIS)) == 2
    assert len(a_series(rule.format("002900"), first=first, timezone=PARIS)) == 1


def test_dates_are_added_and_left_out_to_the_minute() -> None:
    made = a_series(
        "FREQ=WEEKLY;COUNT=3",
        dates=[datetime(2027, 3, 2, 14), NINE],
        but_not=[datetime(2027, 3, 8, 9), datetime(2027, 3, 9, 9)],
    )
    assert starts(made) == ["03-01T09:00Z", "03-02T14:00Z", "03-15T09:00Z"]
    assert len(a_series(None, dates=[datetime(2027, 3, 2, 9)])) == 2


def test_a_leap_day_comes_every_four_years_only() -> None:
    made = a_series("FREQ=YEARLY;COUNT=1", first=datetime(2028, 2, 29, 9))
    assert starts(made) == ["02-29T09:00Z"]
    with pytest.raises(SeriesTooLong):
        a_series("FREQ=YEARLY;COUNT=2", first=datetime(2028, 2, 29, 9))


@pytest.mark.parametrize(
    ("rule", "refusal"),
    [
        ("FREQ=WEEKLY", RuleWithoutEnd),
        ("FREQ=WEEKLY;UNTIL=20370301T090000Z", SeriesTooLong),
        ("FREQ=YEARLY;COUNT=10", SeriesTooLong),
        ("FREQ=DAILY;COUNT=1000000", SeriesTooLong),
        ("FREQ=HOURLY;COUNT=1000000", TooManyOccurrences),
        ("FREQ=DAILY;BYHOUR=9,11,13;UNTIL=20290101", TooManyOccurrences),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=3", NothingRecurs),
        ("FREQ=DAILY;UNTIL=20270101", NothingRecurs),
        ("FREQ=WEEKLY;BYDAY=TU;COUNT=3", StartsOffItsRule),
        ("FREQ=DAILY;COUNT=3;UNTIL=20270401", RuleNotUnderstood),
        ("FREQ=DAILY;INTERVAL=0;COUNT=3", RuleNotUnderstood),
        ("FREQ=DAILY;COUNT=0", RuleNotUnderstood),
        ("FREQ=DAILY;COUNT=3;COUNT=3", RuleNotUnderstood),
        ("FREQ=DAILY;BYDAY=1MO;COUNT=3", RuleNotUnderstood),
        ("FREQ=WEEKLY;BYMONTHDAY=1;COUNT=3", RuleNotUnderstood),
        ("FREQ=MONTHLY;BYSETPOS=1;COUNT=3", RuleNotUnderstood),
        ("FREQ=MONTHLY;BYMONTHDAY=0;COUNT=3", RuleNotUnderstood),
        ("FREQ=FORTNIGHTLY;COUNT=3", RuleNotUnderstood),
        ("COUNT=3", RuleNotUnderstood),
        ("", RuleNotUnderstood),
    ],
)
def test_what_cannot_be_booked_is_refused_by_its_reason(rule: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        a_series(rule)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3",
        "FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=2,4,6,9,11;COUNT=5",
        "FREQ=YEARLY;COUNT=1000000;BYHOUR={};BYMINUTE={};BYDAY=MO,TU,WE,TH,FR,SA,SU".format(
            ",".join(map(str, range(24))), ",".join(map(str, range(60)))
        ),
        "FREQ=HOURLY;BYHOUR=9;BYMINUTE={};BYSETPOS=60;COUNT=750".format(
            ",".join(map(str, range(60)))
        ),
    ],
)
def test_whatever_the_rule_it_is_followed_in_no_time(rule: str) -> None:
    began = process_time()
    with pytest.raises(Refusal):
        a_series(rule)
    assert process_time() - began < 1


def test_the_most_is_as_many_as_may_be() -> None:
    first = datetime(2027, 3, 1, 9)
    assert len(a_series(f"FREQ=DAILY;BYHOUR=9,14;COUNT={MOST}", first=first)) == MOST
    with pytest.raises(TooManyOccurrences):
        a_series(f"FREQ=DAILY;BYHOUR=9,14;COUNT={MOST}", first=first, dates=[NINE + HOUR])
