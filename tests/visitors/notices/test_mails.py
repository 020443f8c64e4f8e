"""What visitors and hosts read: parsed again by other people's programs."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from PIL import Image

from services.visitors.links.domain import Links
from services.visitors.notices.domain import TO_VISITOR, Notice, NoticeKind, Particulars, Reader
from services.visitors.notices.letters import Names
from services.visitors.notices.mails import Recipient, Sender, mail_of
from services.visitors.passes.domain import digest_of, token_of
from shared.events.access import Boundary
from shared.events.booking import BookingConfirmed
from shared.events.directory import Language
from shared.mail import MailRefused
from shared.web.language import LOCALES
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


async def test_a_visit_of_several_days_says_on_which_it_ends(park: Park) -> None:
    await park.a_visit(ends_at=(TEN + timedelta(days=4)).isoformat())
    (mail,) = await mails_of(park)
    (words,) = parts(mail, "text/plain")
    assert "lundi 1 mars 2027, 09:00 – vendredi 5 mars 2027, 10:00" in words.get_content()


async def test_an_arabic_mail_keeps_the_order_of_what_is_not_arabic(park: Park) -> None:
    visit = await park.a_visit(visitor={"language": "ar"})
    (mail,) = await mails_of(park)
    code = f"{visit['desk_code'][:4]}-{visit['desk_code'][4:]}"
    (text,), (page,) = parts(mail, "text/plain"), parts(mail, "text/html")
    assert f"\u2068{code}\u2069" in text.get_content()
    assert f'<span dir="ltr" style="unicode-bidi:isolate">{code}</span>' in page.get_content()


HEADERS = {
    *("Message-ID", "Date", "Subject", "From", "To", "Auto-Submitted"),
    *("MIME-Version", "Content-Type", "Content-Language"),
}
PIECES = (
    *("=?utf-8?q?", "=0d=0a", "=0d=0a=0d=0aHi", "?=", "evil@attacker.example", "A" * 70),
    *(", ", "<", ">", "@", '"', "\\", " ", ";", ":", "(", ")", "[", ".", "\u2029"),
    *("é", "محمد", "日本"),
)
LINKS = Links("https://parvis.example/visitors", bytes(32))
NAMES = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join)
KINDS = st.sampled_from(NoticeKind)


@given(name=NAMES, tenant=NAMES, kind=KINDS, language=st.sampled_from(list(LOCALES)))
def test_no_name_makes_headers_addresses_or_a_body(
    name: str, tenant: str, kind: NoticeKind, language: Language
) -> None:
    notice, key = a_notice(kind, name=name, language=language)
    to = Recipient(name, "camille@visitor.example", language)
    names = Names(host=name, tenant=tenant)
    sender = Sender("Parvis", "reception@parvis.example")
    mail = mail_of(notice, to=to, names=names, sender=sender, pass_keys=[key], links=LINKS)
    read = message_from_bytes(mail.as_bytes(policy=SMTP), policy=default)
    assert set(read.keys()) == HEADERS
    assert [each.addr_spec for each in read["To"].addresses] == ["camille@visitor.example"]
    (words,) = parts(read, "text/plain")
    assert "Casablanca" in words.get_content() or language == "ar"


def test_a_domain_of_other_letters_is_written_as_every_server_reads_it() -> None:
    notice, key = a_notice(NoticeKind.INVITATION, name="Jörg", language="fr")
    to = Recipient("Jörg", "joerg@bücher.example", "fr")
    sender = Sender("Parvis", "reception@parvis.example")
    mail = mail_of(
        notice, to=to, names=Names(None, None), sender=sender, pass_keys=[key], links=LINKS
    )
    assert mail["To"].addresses[0].addr_spec == "joerg@xn--bcher-kva.example"


@pytest.mark.parametrize("address", ["", "@x", "a b@x.example", "jörg@x.example", "a@x\r\nBcc: b"])
def test_what_is_no_address_is_refused(address: str) -> None:
    notice, key = a_notice(NoticeKind.INVITATION, name="Camille", language="fr")
    to = Recipient("Camille", address, "fr")
    sender = Sender("Parvis", "reception@parvis.example")
    with pytest.raises(MailRefused):
        mail_of(notice, to=to, names=Names(None, None), sender=sender, pass_keys=[key], links=LINKS)


def a_notice(kind: NoticeKind, *, name: str, language: Language) -> tuple[Notice, bytes]:
    """A notice that was never stored, and the key of its pass."""
    visit_id, key = uuid4(), bytes(range(32))
    says = Particulars(
        visit_id=visit_id,
        tenant_id=uuid4(),
        host_id=uuid4(),
        visitor_name=name,
        company=name,
        email="camille@visitor.example",
        language=language,
        starts_at=NINE,
        ends_at=TEN,
        timezone="Africa/Casablanca",
        desk_code="2345ABCD",
        pass_rotation=0,
        pass_digest=digest_of(token_of(visit_id, rotation=0, key=key)),
        calendar_sequence=0,
    )
    return (
        Notice(
            visit_id=visit_id,
            kind=kind,
            reader=Reader.VISITOR if kind in TO_VISITOR else Reader.HOST,
            particulars=says.model_dump(mode="json"),
            next_at=NINE,
            created_at=NINE,
        ),
        key,
    )
