"""Where the visitor is to go: room, building and site, in the mail and in the calendar."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from icalendar import Calendar

from shared.events.booking import BookingConfirmed, BookingFacts, BookingRescheduled
from shared.events.premises import Names, ZoneFacts, ZoneKind, ZoneListed
from tests.visitors.notices.test_mails import parts
from tests.visitors.park import Park, a_guest, heard

SITE, BUILDING, ATLAS, TOUBKAL = (uuid4() for _ in range(4))
NAMES = {
    SITE: Names(fr="Parc de l'Oasis", ar="مجمّع الواحة", en="Oasis Park"),
    BUILDING: Names(fr="Bâtiment B", ar="المبنى ب", en="Building B"),
    ATLAS: Names(fr="Salle Atlas", ar="قاعة الأطلس", en="Atlas Room"),
    TOUBKAL: Names(fr="Salle Toubkal", ar="قاعة توبقال", en="Toubkal Room"),
}
IN_ATLAS: dict[Any, str] = {
    "fr": "Salle Atlas, Bâtiment B, Parc de l'Oasis, 12 rue des Palmiers, Casablanca",
    "ar": "قاعة الأطلس، المبنى ب، مجمّع الواحة، 12 شارع النخيل، الدار البيضاء",
    "en": "Atlas Room, Building B, Oasis Park, 12 rue des Palmiers, Casablanca",
}


async def build(park: Park) -> None:
    """A building on the site, two rooms in it; the tenant's suite too."""
    settings: Any = park.ground.settings
    told = {
        "site_address": "12 rue des Palmiers, Casablanca",
        "site_address_ar": "12 شارع النخيل، الدار البيضاء",
    }
    park.ground = replace(park.ground, settings=settings.model_copy(update=told))
    for zone_id, parent_id, kind in (
        (SITE, None, ZoneKind.PARK),
        (BUILDING, SITE, ZoneKind.BUILDING),
        (ATLAS, BUILDING, ZoneKind.ROOM),
        (TOUBKAL, BUILDING, ZoneKind.ROOM),
        (park.home_zone_id, BUILDING, ZoneKind.SUITE),
    ):
        names = NAMES.get(zone_id, Names(fr="Plateau 3", ar="الجناح 3", en="Suite 3"))
        facts = ZoneFacts(
            zone_id=zone_id,
            parent_id=parent_id,
            kind=kind,
            names=names,
            tenant_id=None,
            is_bookable=kind is ZoneKind.ROOM,
            is_listed=True,
        )
        await park.hear(heard(ZoneListed(zone=facts), sequence=2))


async def booked(park: Park, *, zone_id: UUID, language: str = "en") -> BookingFacts:
    booking = park.a_booking(a_guest(language=language), zone_id=zone_id)
    await park.hear_booking(BookingConfirmed, booking)
    return booking


async def last_mail(park: Park) -> Any:
    await park.send_notices()
    return park.mails(to="camille@visitor.example")[-1]


def entry_of(mail: Any) -> Any:
    (part,) = parts(mail, "text/calendar")
    (event,) = Calendar.from_ical(part.get_content()).events
    return event


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
async def test_the_guest_of_a_booking_reads_room_building_and_address(
    park: Park, language: str
) -> None:
    await build(park)
    await booked(park, zone_id=ATLAS, language=language)
    mail = await last_mail(park)
    (text,) = parts(mail, "text/plain")
    plain = text.get_content().replace("\u2068", "").replace("\u2069", "")
    assert IN_ATLAS[language] in plain.splitlines()
    (page,) = parts(mail, "text/html")
    assert IN_ATLAS[language].replace("'", "&#x27;") in page.get_content()
    separator = "، " if language == "ar" else ", "
    assert entry_of(mail)["location"] == f"Atlas Conseil{separator}{IN_ATLAS[language]}"


async def test_another_room_is_another_sequence_of_the_same_entry(park: Park) -> None:
    await build(park)
    booking = await booked(park, zone_id=ATLAS)
    first = entry_of(await last_mail(park))
    moved = booking.model_copy(update={"zone_id": TOUBKAL})
    await park.hear_booking(BookingRescheduled, moved, sequence=2)
    second = entry_of(await last_mail(park))
    assert first["uid"] == second["uid"]
    assert (first["sequence"], second["sequence"]) == (0, 1)
    assert "Toubkal Room, Building B" in second["location"]
    assert first["dtstart"].dt == second["dtstart"].dt
    await park.hear_booking(BookingRescheduled, moved, sequence=3)
    assert len(park.mails(to="camille@visitor.example")) == 2, "it is told once"


async def test_without_a_booking_the_building_is_told_and_no_room(park: Park) -> None:
    await build(park)
    await park.a_visit(visitor={"language": "en"})
    location = entry_of(await last_mail(park))["location"]
    site = "Oasis Park, 12 rue des Palmiers, Casablanca"
    assert location == f"Atlas Conseil, Building B, {site}"


async def test_whoever_may_go_into_several_buildings_is_told_of_none(park: Park) -> None:
    await build(park)
    await park.a_visit(visitor={"language": "en"}, zone_ids=[str(ATLAS), str(SITE)])
    assert entry_of(await last_mail(park))["location"].startswith("Atlas Conseil, Oasis Park, ")


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
async def test_where_no_place_is_known_no_line_is_left_empty(park: Park, language: str) -> None:
    await park.a_visit(visitor={"language": language})
    mail = await last_mail(park)
    (text,) = parts(mail, "text/plain")
    assert "place" not in text.get_content()
    assert "\n\n\n" not in text.get_content()
    assert entry_of(mail)["location"] == "Atlas Conseil"


async def test_the_mail_of_a_series_says_the_place_once(park: Park) -> None:
    await build(park)
    body = {
        "visitor": {
            "given_name": "Camille",
            "family_name": "Durand",
            "email": "camille@visitor.example",
            "language": "fr",
        },
        "starts_wall": "2027-03-02T09:00:00",
        "minutes": 60,
        "rrule": "FREQ=DAILY;COUNT=3",
    }
    made = await park.http.post(
        "/v1/visit-series", json=body, headers=park.as_("amal@acme.example")
    )
    assert made.status_code == 201, made.text
    (text,) = parts(await last_mail(park), "text/plain")
    assert text.get_content().count("Bâtiment B, Parc de l'Oasis, 12 rue des Palmiers") == 1
