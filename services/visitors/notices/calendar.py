"""The calendar part of a mail: RFC 5545 objects under RFC 5546 methods.

One rule: a visit is one entry for ever (UID), and each change has a higher SEQUENCE; instants are
in UTC, so no reader's own zone rules can move them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from icalendar import Calendar, Event, vCalAddress, vText

from services.visitors.notices.domain import Particulars

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
    event = Event()
    event.add("uid", uid_of(says, domain=organizer[1].partition("@")[2]))
    event.add("sequence", says.calendar_sequence)
    event.add("dtstamp", made_at.astimezone(UTC))
    event.add("dtstart", says.starts_at.astimezone(UTC))
    event.add("dtend", says.ends_at.astimezone(UTC))
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
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Parvis//Visitors//EN")
    calendar.add("method", method)
    calendar.add_component(event)
    text: str = calendar.to_ical().decode()
    return text


def uid_of(says: Particulars, *, domain: str) -> str:
    """RFC 7986, 5.3: an id that says nothing about anybody."""
    return f"visit-{says.visit_id}@{domain}"


def _address(name: str, address: str) -> vCalAddress:
    found = vCalAddress(f"mailto:{address}")
    found.params["CN"] = vText(name)
    return found
