"""The calendar part of a mail: RFC 5545 objects under RFC 5546 methods.

One rule: a visit is one entry for ever (UID), and each change has a higher SEQUENCE; instants are
in UTC, so no reader's own zone rules can move them. Only what recurs is in wall times, with its
zone written out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from icalendar import Calendar, Event, vCalAddress, vRecur, vText

from services.visitors.notices.domain import Particulars, Recurring
from shared.clock import clock_changes, zone
from shared.recurrence import Rule

YEAR = timedelta(days=366)
Method = Literal["REQUEST", "CANCEL"]


def calendar_part(
    says: Particulars,
    *,
    method: Method,
    summary: str,
    place: str,
    organizer: tuple[str, str],
    made_at: datetime,
) -> str:
    """`organizer` is name and address: always the same for one visit, also in its cancellation."""

    def entry(starts: datetime, ends: datetime) -> Event:
        event = _entry(
            says, method=method, summary=summary, place=place, organizer=organizer, made_at=made_at
        )
        event.add("dtstart", starts)
        event.add("dtend", ends)
        return event

    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Parvis//Visitors//EN")
    calendar.add("method", method)
    if says.recurring is None:
        calendar.add_component(entry(says.starts_at.astimezone(UTC), says.ends_at.astimezone(UTC)))
    else:
        series, begins = says.recurring, says.recurring.starts_wall.date()
        for event in _recurring(series, entry, there=_zone_of(says, series)):
            calendar.add_component(event)
        calendar.add_missing_timezones(begins - YEAR, says.over_at.date() + YEAR)
    text: str = calendar.to_ical().decode()
    return text


def _zone_of(says: Particulars, series: Recurring) -> tzinfo:
    """UTC where that is what the clocks there show all the while: programs have rules of their own
    for the names of zones, and many are an hour wrong about Casablanca.
    """
    there = zone(says.timezone)
    begins, ends = _in(there, series.starts_wall), says.over_at + YEAR
    is_utc = begins.utcoffset() == timedelta()
    if is_utc and not clock_changes(begins, ends, timezone=says.timezone):
        return UTC
    return there


def _recurring(
    series: Recurring, entry: Callable[[datetime, datetime], Event], *, there: tzinfo
) -> Iterator[Event]:
    """The rule as one entry, without the days that are off; then each day at another time."""
    whole = entry(_in(there, series.starts_wall), _in(there, series.ends_wall))
    if series.rule is not None:
        whole.add("rrule", vRecur.from_ical(until_in_utc(series.rule, there)))
    if series.dates:
        whole.add("rdate", [_in(there, wall) for wall in series.dates])
    if series.but_not:
        whole.add("exdate", [_in(there, wall) for wall in series.but_not])
    yield whole
    for day in series.moved:
        event = entry(day.starts_at.astimezone(there), day.ends_at.astimezone(there))
        event.add("recurrence-id", _in(there, day.recurrence_wall))
        yield event


def until_in_utc(rule: str, there: tzinfo) -> str:
    """The rule with its UNTIL as calendars want it beside a start that has a zone (RFC 5545,
    3.3.10); people also write a wall time, or a day.
    """
    until = Rule.read(rule).until
    if until is None:
        return rule
    instant = until if until.tzinfo else _in(there, until)
    written = instant.astimezone(UTC).strftime("UNTIL=%Y%m%dT%H%M%SZ")
    return re.sub(r"UNTIL=[^;]+", written, rule, flags=re.IGNORECASE)


def _in(there: tzinfo, wall: datetime) -> datetime:
    return wall.replace(tzinfo=there)


def _entry(
    says: Particulars,
    *,
    method: Method,
    summary: str,
    place: str,
    organizer: tuple[str, str],
    made_at: datetime,
) -> Event:
    event = Event()
    event.add("uid", uid_of(says, domain=organizer[1].partition("@")[2]))
    event.add("sequence", says.calendar_sequence)
    event.add("dtstamp", made_at.astimezone(UTC))
    event.add("summary", summary)
    event.add("location", place)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event["organizer"] = _address(*organizer)
    if says.email is not None:
        attendee = _address(says.visitor_name, says.email)
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        attendee.params["PARTSTAT"] = vText("NEEDS-ACTION")
        attendee.params["RSVP"] = vText("FALSE")
        event["attendee"] = attendee
    return event


def uid_of(says: Particulars, *, domain: str) -> str:
    """RFC 7986, 5.3: an id that says nothing about anybody."""
    if says.recurring is not None:
        return f"visits-{says.recurring.series_id}@{domain}"
    return f"visit-{says.visit_id}@{domain}"


def _address(name: str, address: str) -> vCalAddress:
    found = vCalAddress(f"mailto:{address}")
    found.params["CN"] = vText(name)
    return found
