"""What rules make, beside two other readings of RFC 5545: python-dateutil's and that of
recurring-ical-events.

Where the two are known to differ from the RFC, they are not asked: for BYWEEKNO without BYDAY
dateutil takes the whole week instead of the first start's day; of BYDAY=TH,3TU it makes nothing;
and it lets the first of all weeks begin at the first start, which BYSETPOS then counts from.
recurring-ical-events excludes 05:00 too where EXDATE says 06:00, one hour from UTC.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from dateutil.rrule import rrulestr
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from shared.errors import Refusal
from shared.recurrence import Recurrence, Rule, followed
from shared.recurrence.refusals import NothingRecurs
from shared.recurrence.rule import WEEKDAYS

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZONES = ["Africa/Casablanca", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "UTC"]


def some(values: st.SearchStrategy[object], most: int = 3) -> st.SearchStrategy[str]:
    listed = st.lists(values, min_size=1, max_size=most, unique=True)
    return listed.map(lambda found: ",".join(map(str, found)))


def signed(most: int) -> st.SearchStrategy[int]:
    return st.integers(1, most) | st.integers(-most, -1)


@st.composite
def rules(draw: st.DrawFn) -> str:
    """A rule of days or longer, of any of the parts that its frequency allows."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    day = st.sampled_from(WEEKDAYS)
    numbered = st.builds(lambda nth, name: f"{nth}{name}", signed(5), day)
    choices: dict[str, st.SearchStrategy[str]] = {"BYMONTH": some(st.integers(1, 12), 4)}
    choices["BYHOUR"] = some(st.integers(0, 23))
    choices["BYDAY"] = some(day)
    if frequency != "WEEKLY":
        choices["BYMONTHDAY"] = some(signed(31), 5)
    if frequency in ("MONTHLY", "YEARLY"):
        choices["BYDAY"] = some(day) | some(numbered)
    if frequency == "YEARLY":
        choices["BYYEARDAY"] = some(signed(366), 6)
    wanted = draw(st.lists(st.sampled_from(sorted(choices)), max_size=3, unique=True))
    parts = {name: draw(choices[name]) for name in wanted}
    if frequency == "YEARLY" and not wanted and draw(st.booleans()):
        parts = {"BYWEEKNO": draw(some(signed(53))), "BYDAY": draw(some(day))}
    if parts and frequency != "WEEKLY" and draw(st.booleans()):
        parts["BYSETPOS"] = draw(some(signed(4), 2))
    parts["INTERVAL"] = str(draw(st.integers(1, 4)))
    parts["WKST"] = draw(day)
    return ";".join(f"{name}={value}" for name, value in {"FREQ": frequency, **parts}.items())


starts = st.datetimes(datetime(2026, 1, 1), datetime(2030, 12, 31)).map(
    lambda at: at.replace(second=0, microsecond=0)
)


@given(rule=rules(), first=starts)
@settings(deadline=None, max_examples=200)
def test_a_rule_makes_what_dateutil_makes_of_it(rule: str, first: datetime) -> None:
    last = first + 1200 * DAY
    ours = list(followed(Rule.read(rule), first, last=last))
    assume(ours)  # dateutil looks until the year 9999 for what there is not
    theirs = rrulestr(rule, dtstart=first).between(first, last, inc=True)
    assert ours == theirs


@given(
    rule=rules(),
    first=starts,
    timezone=st.sampled_from(ZONES),
    but_not=st.sets(st.integers(0, 20), max_size=3),
    more=st.lists(st.integers(1, 500), max_size=3, unique=True),
)
@settings(deadline=None, max_examples=60)
def test_a_series_is_what_recurring_ical_events_makes_of_it(
    rule: str, first: datetime, timezone: str, but_not: set[int], more: list[int]
) -> None:
    made = list(followed(Rule.read(rule), first, last=first + 700 * DAY))[:40]
    assume(made)
    first, rule = made[0], f"{rule};COUNT={len(made)}"
    without = [made[nth] for nth in but_not if nth < len(made) and "BYHOUR" not in rule]
    dates = [first + days * DAY + HOUR for days in more]
    recurrence = Recurrence(first, HOUR, timezone, Rule.read(rule), dates, without)
    try:
        ours = recurrence.starts(last=(first + 731 * DAY).replace(tzinfo=UTC), most=750)
    except NothingRecurs:
        return
    theirs = _read_by_them(recurrence, rule)
    assert sorted({each.starts_at for each in ours}) == theirs


def _read_by_them(recurrence: Recurrence, rule: str) -> list[datetime]:
    there = ZoneInfo(recurrence.timezone)
    event = icalendar.Event()
    event.add("uid", "one")
    event.add("dtstart", recurrence.starts_wall.replace(tzinfo=there))
    event.add("duration", HOUR)
    event.add("rrule", icalendar.vRecur.from_ical(rule))
    for name, walls in (("rdate", recurrence.dates), ("exdate", recurrence.but_not)):
        for wall in walls:
            event.add(name, wall.replace(tzinfo=there))
    calendar = icalendar.Calendar()
    calendar.add_component(event)
    found = recurring_ical_events.of(calendar).between(
        recurrence.starts_wall.replace(tzinfo=UTC) - 2 * DAY,
        recurrence.starts_wall.replace(tzinfo=UTC) + 800 * DAY,
    )
    return sorted({each["dtstart"].dt.astimezone(UTC) for each in found})


parts = st.sampled_from(
    ["FREQ", "INTERVAL", "COUNT", "UNTIL", "BYMONTH", "BYDAY", "BYHOUR", "BYSETPOS", "RRULE", "X"]
)
values = st.sampled_from(
    ["DAILY", "YEARLY", "0", "-1", "5", "999999999", "MO", "-1SU", "99991231T235959Z", "20270101"]
) | st.text(max_size=12)


@given(st.lists(st.builds("{}={}".format, parts, values), max_size=5).map(";".join))
@settings(deadline=None)
def test_whatever_is_written_as_a_rule_is_read_or_refused(text: str) -> None:
    first = datetime(2027, 3, 1, 9)
    try:
        recurrence = Recurrence(first, HOUR, "Africa/Casablanca", Rule.read(text))
        made = recurrence.starts(last=datetime(2029, 3, 1, tzinfo=UTC), most=750)
    except Refusal:
        return
    assert made[0].recurrence_wall == first
