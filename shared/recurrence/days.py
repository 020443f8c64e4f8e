"""Which days and times a rule picks of a period: what RFC 5545 (3.3.10) calls expand and limit.

Pure calendar: naive wall times, no zone.
"""

from calendar import isleap, monthrange
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from shared.recurrence.rule import Frequency, Nth, Rule

_DAY = timedelta(days=1)


def filled(rule: Rule, first: datetime) -> Rule:
    """The rule with what it leaves open taken from the first start."""
    if rule.frequency is not Frequency.HOURLY:
        rule = replace(rule, hours=rule.hours or frozenset({first.hour}))
    rule = replace(rule, minutes=rule.minutes or frozenset({first.minute}))
    if rule.days or rule.month_days or rule.year_days:
        return rule
    if rule.weeks or rule.frequency is Frequency.WEEKLY:
        return replace(rule, days=frozenset({Nth(first.weekday())}))
    if rule.frequency in (Frequency.MONTHLY, Frequency.YEARLY):
        is_yearly = rule.frequency is Frequency.YEARLY
        months = rule.months or (frozenset({first.month}) if is_yearly else rule.months)
        return replace(rule, months=months, month_days=frozenset({first.day}))
    return rule


def periods(rule: Rule, first: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The periods that the rule's interval leaves, the one of the first start first; half-open.

    Ends where the calendar does.
    """
    try:
        start = _period_start(rule, first)
        while True:
            yield start, _later(rule.frequency, start, 1, rule.week_start)
            start = _later(rule.frequency, start, rule.interval, rule.week_start)
    except (OverflowError, ValueError):
        return


def picked(rule: Rule, start: datetime, end: datetime) -> Iterator[datetime]:
    """What a filled rule picks of a period, in order; no more is made of it than is asked for."""
    if rule.frequency is Frequency.HOURLY:
        is_open = not rule.hours or start.hour in rule.hours
        hours = frozenset({start.hour}) if is_open else frozenset[int]()
        days = [start.date()] if is_open and _is_picked(rule, start.date()) else []
    else:
        hours = rule.hours
        days = [day for day in _days_between(start, end) if _is_picked(rule, day)]
    times = [time(hour, minute) for hour in sorted(hours) for minute in sorted(rule.minutes)]
    count = len(days) * len(times)
    places: Iterable[int] = range(count)
    if rule.positions:
        wanted = {place - 1 if place > 0 else count + place for place in rule.positions}
        places = sorted(place for place in wanted if 0 <= place < count)
    for place in places:
        day, at = divmod(place, len(times))
        yield datetime.combine(days[day], times[at])


def _period_start(rule: Rule, first: datetime) -> datetime:
    midnight = datetime.combine(first.date(), time())
    match rule.frequency:
        case Frequency.HOURLY:
            return first.replace(minute=0, second=0, microsecond=0)
        case Frequency.DAILY:
            return midnight
        case Frequency.WEEKLY:
            return midnight - timedelta(days=(first.weekday() - rule.week_start) % 7)
        case Frequency.MONTHLY:
            return midnight.replace(day=1)
        case Frequency.YEARLY:
            return midnight.replace(month=1, day=1)


def _later(frequency: Frequency, start: datetime, by: int, week_start: int) -> datetime:
    match frequency:
        case Frequency.HOURLY:
            return start + timedelta(hours=by)
        case Frequency.DAILY:
            return start + timedelta(days=by)
        case Frequency.WEEKLY:
            return start + timedelta(weeks=by)
        case Frequency.MONTHLY:
            years, month = divmod(start.month - 1 + by, 12)
            return start.replace(year=start.year + years, month=month + 1)
        case Frequency.YEARLY:
            return start.replace(year=start.year + by)


def _days_between(start: datetime, end: datetime) -> Iterator[date]:
    day = start.date()
    while day < end.date():
        yield day
        day += _DAY


def _is_picked(rule: Rule, day: date) -> bool:
    return (
        (not rule.months or day.month in rule.months)
        and (not rule.month_days or _counts(rule.month_days, day.day, _month_length(day)))
        and (not rule.year_days or _counts(rule.year_days, _year_day(day), _year_length(day)))
        and (not rule.weeks or _counts(rule.weeks, *_week(day, rule.week_start)))
        and (not rule.days or any(_is_nth(each, day, rule) for each in rule.days))
    )


def _counts(wanted: frozenset[int], place: int, of: int) -> bool:
    """Whether the place, counted from either end, is among those wanted."""
    return place in wanted or place - of - 1 in wanted


def _is_nth(wanted: Nth, day: date, rule: Rule) -> bool:
    """Within the year where the rule is yearly and names no month, else within the month."""
    if wanted.weekday != day.weekday():
        return False
    if not wanted.nth:
        return True
    if rule.frequency is Frequency.YEARLY and not rule.months:
        place, of = _year_day(day), _year_length(day)
    else:
        place, of = day.day, _month_length(day)
    return wanted.nth in ((place - 1) // 7 + 1, -((of - place) // 7 + 1))


def _month_length(day: date) -> int:
    return monthrange(day.year, day.month)[1]


def _year_day(day: date) -> int:
    return day.timetuple().tm_yday


def _year_length(day: date) -> int:
    return 365 + isleap(day.year)


def _week(day: date, week_start: int) -> tuple[int, int]:
    """The number of the day's week, and of the last week of its year; week 1 has four days."""
    begins = day - timedelta(days=(day.weekday() - week_start) % 7)
    year = (begins + timedelta(days=3)).year
    first, following = _first_week(year, week_start), _first_week(year + 1, week_start)
    return (begins - first).days // 7 + 1, (following - first).days // 7


def _first_week(year: int, week_start: int) -> date:
    fourth = date(year, 1, 4)
    return fourth - timedelta(days=(fourth.weekday() - week_start) % 7)
