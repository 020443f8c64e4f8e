"""What visitors and hosts read: parsed again by other people's programs."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from icalendar import Calendar
from PIL import Image

from services.visitors.passes.domain import digest_of
from shared.events.access import Boundary
from shared.events.booking import BookingConfirmed
from tests.visitors.park import AMAL, ELEVEN, NINE, TEN, Park, a_guest


def parts(mail: EmailMessage, kind: str) -> Iterator[EmailMessage]:
    for part in mail.walk():
        if part.get_content_type() == kind:
            assert isinstance(part, EmailMessage)
            yield part


def calendar_of(mail: EmailMessage) -> tuple[str, Any, Any]:
    """(the method in the header, the calendar, its event)"""
    (part,) = parts(mail, "text/calendar")
    calendar = Calendar.from_ical(part.get_content())
    (event,) = calendar.walk("VEVENT")
    return str(part.get_param("method")), calendar, event


async def mails_of(park: Park) -> list[EmailMessage]:
    await park.send_notices()
    return park.mails()


async def test_an_invitation_has_words_pass_and_appointment(park: Park) -> None:
    visit = await park.a_visit()
    (mail,) = await mails_of(park)
    assert mail["To"] == "Camille Durand <camille@visitor.example>"
    (words,) = parts(mail, "text/plain")
    text = words.get_content()
    assert "Amal Test" in text
    assert "09:00" in text
    assert "Casablanca" in text
    assert f"{visit['desk_code'][:4]}-{visit['desk_code'][4:]}" in text
    (picture,) = parts(mail, "image/png")
    (read,) = zxingcpp.read_barcodes(Image.open(BytesIO(picture.get_content())))
    assert digest_of(read.text) == visit["visitor_pass"]["digest"]
    (page,) = parts(mail, "text/html")
    assert f"cid:{picture['Content-ID'].strip('<>')}" in page.get_content()
    assert read.text not in text + page.get_content()


async def test_the_appointment_is_one_entry_that_is_asked_moved_and_cancelled(park: Park) -> None:
    visit = await park.a_visit()
    await park.send_notices()
    await park.do(
        visit, "reschedule", by=AMAL, starts_at=TEN.isoformat(), ends_at=ELEVEN.isoformat()
    )
    await park.send_notices()
    await park.do(visit, "cancel", by=AMAL)
    mails = [calendar_of(mail) for mail in await mails_of(park)]
    assert [method for method, _, _ in mails] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [str(calendar["method"]) for _, calendar, _ in mails] == ["REQUEST", "REQUEST", "CANCEL"]
    assert len({str(event["uid"]) for _, _, event in mails}) == 1
    assert {str(event["summary"]) for _, _, event in mails} == {"Visite : Atlas Conseil"}
    assert [int(event["sequence"]) for _, _, event in mails] == [0, 1, 2]
    assert [event["dtstart"].dt for _, _, event in mails] == [NINE, TEN, TEN]
    assert [str(event["status"]) for _, _, event in mails] == [
        "CONFIRMED",
        "CONFIRMED",
        "CANCELLED",
    ]
    assert len({str(event["organizer"]) for _, _, event in mails}) == 1
    assert {str(event["attendee"]) for _, _, event in mails} == {"mailto:camille@visitor.example"}
    assert not list(parts(park.mails()[2], "image/png"))


@pytest.mark.parametrize(
    ("language", "direction", "word"),
    [("fr", "ltr", "Bonjour"), ("en", "ltr", "Dear"), ("ar", "rtl", "زيارتكم")],
)
async def test_each_reads_their_own_language(
    park: Park, language: str, direction: str, word: str
) -> None:
    await park.a_visit(visitor={"language": language})
    (mail,) = await mails_of(park)
    (page,) = parts(mail, "text/html")
    content = page.get_content()
    assert f'dir="{direction}"' in content
    assert str(mail["Content-Language"]).startswith(language)
    assert word in content + str(mail["Subject"])
    assert "$" not in content + str(mail["Subject"])


async def test_names_are_text_and_never_markup_or_headers(park: Park) -> None:
    guest = a_guest(name="<b>Eve</b>\r\nBcc: all@park.example")
    await park.hear_booking(BookingConfirmed, park.a_booking(guest))
    (mail,) = await mails_of(park)
    (page,) = parts(mail, "text/html")
    assert "<b>" not in page.get_content()
    assert mail["Bcc"] is None


async def test_the_host_is_told_in_their_own_language(park: Park) -> None:
    visit = await park.a_visit(visitor={"language": "ar"})
    await park.pass_door(visit, Boundary.ENTERED_PARK, at=NINE)
    await park.send_notices()
    (told,) = park.mails(to=AMAL)
    assert told["To"] == f"Amal Test <{AMAL}>"
    assert "Camille Durand" in told["Subject"]
    assert not list(parts(told, "text/calendar"))


async def test_whose_host_has_left_is_announced_to_the_tenants_desk(park: Park) -> None:
    visit = await park.a_visit()
    await park.delist(AMAL)
    await park.pass_door(visit, Boundary.ENTERED_PARK, at=NINE)
    await park.send_notices()
    (told,) = park.mails(to="reception@acme.example")
    assert told["To"] == "Atlas Conseil <reception@acme.example>"


async def test_who_has_no_address_gets_no_mail(park: Park) -> None:
    visit = await park.a_visit(visitor={"email": None})
    assert await park.notices(visit) == []
    assert await mails_of(park) == []


async def test_who_was_never_told_needs_no_cancellation(park: Park) -> None:
    visit = await park.a_visit()
    await park.do(visit, "cancel", by=AMAL)
    assert await mails_of(park) == []
    assert await park.notices(visit) == [("invitation", "superseded")]


async def test_an_invitation_to_what_is_over_is_not_sent(park: Park) -> None:
    visit = await park.a_visit()
    park.now = TEN + timedelta(hours=1)
    assert await mails_of(park) == []
    assert await park.notices(visit) == [("invitation", "superseded")]


async def test_times_on_the_calendar_are_instants(park: Park) -> None:
    await park.a_visit(starts_at="2027-03-01T10:00:00+01:00", ends_at="2027-03-01T11:00:00+01:00")
    _, _, event = calendar_of((await mails_of(park))[0])
    assert event["dtstart"].dt == datetime(2027, 3, 1, 9, tzinfo=UTC)
    assert event["dtend"].dt == datetime(2027, 3, 1, 10, tzinfo=UTC)
