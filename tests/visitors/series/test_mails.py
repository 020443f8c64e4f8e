"""What a visitor who comes again and again is mailed: one mail, one calendar entry, one QR code."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Any

import icalendar
import pytest
import recurring_ical_events

from shared.clock import zone
from tests.visitors.park import AMAL, NINE, Park
from tests.visitors.series.test_series import WALLS, a_series, changed

HIM = "camille@visitor.example"


async def mails_to(park: Park) -> list[EmailMessage]:
    await park.send_notices()
    return park.mails(to=HIM)


def calendar_of(mail: EmailMessage) -> icalendar.Calendar:
    (part,) = [each for each in mail.walk() if each.get_content_type() == "text/calendar"]
    return icalendar.Calendar.from_ical(part.get_content())


def entries(mail: EmailMessage) -> list[Any]:
    return list(calendar_of(mail).walk("VEVENT"))


def starts_in(calendar: icalendar.Calendar) -> list[str]:
    """As another project reads the entry."""
    found = recurring_ical_events.of(calendar).between(datetime(2027, 1, 1), datetime(2028, 1, 1))
    casablanca = zone("Africa/Casablanca")
    return sorted(f"{each['DTSTART'].dt.astimezone(casablanca):%m-%dT%H:%M}" for each in found)


def uids(calendar: icalendar.Calendar) -> set[str]:
    return {str(each["UID"]) for each in calendar.walk("VEVENT")}


async def move(park: Park, day: dict[str, Any], to: datetime) -> None:
    times = {"starts_at": to.isoformat(), "ends_at": (to + timedelta(hours=1)).isoformat()}
    assert (await park.do(day, "reschedule", by=AMAL, **times)).status_code == 200


async def test_a_series_is_one_mail_with_one_picture_and_one_entry(park: Park) -> None:
    series = await a_series(park)
    (mail,) = await mails_to(park)
    calendar = calendar_of(mail)
    assert calendar["METHOD"] == "REQUEST"
    assert starts_in(calendar) == [wall[5:16] for wall in WALLS]
    assert len(calendar.walk("VEVENT")) == 1
    assert uids(calendar) == {f"visits-{series['series_id']}@{mail['From'].addresses[0].domain}"}
    pictures = [each for each in mail.walk() if each.get_content_type() == "image/png"]
    assert len(pictures) == 1


@pytest.mark.parametrize("language", ["fr", "ar", "en"])
async def test_the_days_are_written_out_in_the_visitors_language(park: Park, language: str) -> None:
    visitor = {
        "given_name": "Camille",
        "family_name": "Durand",
        "email": HIM,
        "language": language,
    }
    await a_series(park, visitor=visitor)
    (mail,) = await mails_to(park)
    body = mail.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert text.count("09:00") == 6
    assert "$" not in text
    html = mail.get_body(("html",))
    assert html is not None
    assert html.get_content().count("09:00") == 6


async def test_a_day_that_is_off_is_left_out_and_one_that_moved_is_elsewhere(park: Park) -> None:
    series = await a_series(park)
    await mails_to(park)
    assert (await park.do(series["days"][1], "cancel", by=AMAL)).status_code == 200
    await move(park, series["days"][3], NINE.replace(day=12, hour=14))
    mail = (await mails_to(park))[-1]
    calendar = calendar_of(mail)
    expected = ["03-02T09:00", "03-09T09:00", "03-12T14:00", "03-16T09:00", "03-18T09:00"]
    assert starts_in(calendar) == expected
    assert len(uids(calendar)) == 1
    assert {each["SEQUENCE"] for each in calendar.walk("VEVENT")} == {2}


async def test_a_whole_series_that_moves_is_one_more_mail(park: Park) -> None:
    series = await a_series(park)
    await mails_to(park)
    await changed(park, series, "reschedule", starts="17:30", **{"from": WALLS[2]})
    mails = await mails_to(park)
    assert len(mails) == 2
    assert starts_in(calendar_of(mails[-1])) == [
        *(wall[5:16] for wall in WALLS[:2]),
        *(f"{wall[5:11]}17:30" for wall in WALLS[2:]),
    ]


async def test_what_nobody_has_sent_yet_is_said_in_one_invitation(park: Park) -> None:
    series = await a_series(park)
    await changed(park, series, "reschedule", starts="10:00")
    await changed(park, series, "cancel", **{"from": WALLS[4]})
    (mail,) = await mails_to(park)
    assert "nouveau" not in mail["Subject"]
    assert starts_in(calendar_of(mail)) == [f"{wall[5:11]}10:00" for wall in WALLS[:4]]
    assert len(calendar_of(mail).walk("VEVENT")) == 1


async def test_a_series_without_days_is_cancelled_in_the_calendar(park: Park) -> None:
    series = await a_series(park)
    await mails_to(park)
    await changed(park, series, "cancel")
    mail = (await mails_to(park))[-1]
    calendar = calendar_of(mail)
    assert calendar["METHOD"] == "CANCEL"
    assert uids(calendar) == uids(calendar_of((await mails_to(park))[0]))
    assert "annul" in mail["Subject"].lower()


async def test_a_series_that_nobody_heard_of_ends_without_a_mail(park: Park) -> None:
    series = await a_series(park)
    await changed(park, series, "cancel")
    assert await mails_to(park) == []


async def test_an_end_written_by_the_wall_is_an_instant_in_the_calendar(park: Park) -> None:
    await a_series(park, rrule="FREQ=DAILY;UNTIL=20270304", timezone="Europe/Paris")
    (mail,) = await mails_to(park)
    (event,) = calendar_of(mail).walk("VEVENT")
    assert event["RRULE"].to_ical() == b"FREQ=DAILY;UNTIL=20270304T225959Z"
    assert calendar_of(mail).walk("VTIMEZONE")
    assert len(starts_in(calendar_of(mail))) == 3


async def test_of_casablanca_the_calendar_speaks_in_utc(park: Park) -> None:
    """Many programs still put it at UTC+1 by its name."""
    await a_series(park)
    (mail,) = await mails_to(park)
    text = calendar_of(mail).to_ical().decode()
    assert "DTSTART:20270302T090000Z" in text
    assert "TZID" not in text


async def test_a_series_across_a_change_of_clocks_brings_its_zone(park: Park) -> None:
    await a_series(park, timezone="Europe/Paris", rrule="FREQ=WEEKLY;COUNT=6")
    (mail,) = await mails_to(park)
    changed_on = ["03-02T08:00", "03-09T08:00", "03-16T08:00", "03-23T08:00"]
    assert starts_in(calendar_of(mail)) == [*changed_on, "03-30T07:00", "04-06T07:00"]
    assert "1990" not in calendar_of(mail).to_ical().decode()


async def test_a_night_in_which_the_clocks_change_is_one_of_its_rule_like_any_other(
    park: Park,
) -> None:
    """Seven hours, from 22:00 to 06:00: what calendars make of the rule, so nothing is moved."""
    series = await a_series(
        park,
        timezone="Europe/Paris",
        starts_wall="2027-03-26T22:00:00",
        minutes=480,
        rrule="FREQ=DAILY;COUNT=3",
    )
    assert [each["ends_at"][5:] for each in series["days"]] == [
        "03-27T06:00:00+01:00",
        "03-28T06:00:00+02:00",
        "03-29T06:00:00+02:00",
    ]
    (mail,) = await mails_to(park)
    (entry,) = entries(mail)
    assert entry["dtend"].dt.isoformat()[:16] == "2027-03-27T06:00"


async def test_a_visit_of_which_a_change_of_clocks_leaves_nothing_is_named_by_itself(
    park: Park,
) -> None:
    """From 02:15, which there is not, until 03:15 is no time at all to calendars."""
    series = await a_series(
        park,
        timezone="Europe/Paris",
        starts_wall="2027-03-27T02:15:00",
        rrule="FREQ=DAILY;COUNT=3",
    )
    assert series["days"][1]["starts_at"] == "2027-03-28T03:15:00+02:00"
    assert series["days"][1]["ends_at"] == "2027-03-28T04:15:00+02:00"
    (mail,) = await mails_to(park)
    _, moved = entries(mail)
    assert moved["dtend"].dt - moved["dtstart"].dt == timedelta(hours=1)


async def test_each_day_knows_of_the_mails_of_its_series(park: Park) -> None:
    series = await a_series(park)
    assert await park.notices(series["days"][4]) == [("invitation", "queued")]


async def test_the_link_of_a_series_shows_the_pass_while_a_day_is_to_come(park: Park) -> None:
    series = await a_series(park)
    (mail,) = await mails_to(park)
    body = mail.get_body(("plain",))
    assert body is not None
    (link,) = [word for word in body.get_content().split() if "/v1/links/" in word]
    path = link[link.index("/v1/links/") :]
    assert (await park.http.get(path)).status_code == 200
    assert (await park.do(series["days"][0], "cancel", by=AMAL)).status_code == 200
    assert (await park.http.get(path)).status_code == 200
    await changed(park, series, "cancel")
    assert (await park.http.get(path)).status_code == 404
