"""How a month was booked and used: by room, tenant and hour; for whom; that it adds up."""

import csv
import io
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from services.booking.utilisation.domain import Month
from tests.booking.park import ELEVEN, NINE, TEN, Park, minutes

FATIMA, AMAL = "fatima@landlord.example", "amal@acme.example"
MONDAYS = [{"weekday": 1, "opens": "08:00", "closes": "18:00"}]
BY = ("room", "tenant", "hour")


async def ask(
    park: Park,
    by: str = "room",
    *,
    who: tuple[str, ...] = (FATIMA, "facility_manager"),
    headers: dict[str, str] | None = None,
    **more: Any,
) -> httpx.Response:
    return await park.http.get(
        "/v1/utilisation",
        params={"month": "2027-03", "by": by, **more},
        headers=park.as_(*who) | (headers or {}),
    )


async def lines(park: Park, by: str = "room", **more: Any) -> list[dict[str, Any]]:
    answer = await ask(park, by, **more)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def counts(line: dict[str, Any]) -> tuple[Any, ...]:
    names = ("bookings", "booked_hours", "used_hours", "no_shows", "ended_early")
    return tuple(line[name] for name in names)


async def test_what_was_booked_used_missed_and_ended_early_is_counted(park: Park) -> None:
    room = await park.a_room(code="atlas", opening=MONDAYS)
    used = await park.a_booking(room, starts_at=NINE, ends_at=TEN)
    early = await park.a_booking(room, starts_at=TEN, ends_at=ELEVEN)
    await park.a_booking(room, starts_at=ELEVEN, ends_at=ELEVEN + minutes(30))
    cancelled = await park.a_booking(
        room, starts_at=NINE + minutes(300), ends_at=NINE + minutes(360)
    )
    await park.do(cancelled, "cancel")
    await park.a_room(code="unused")
    park.now = NINE
    await park.do(used, "check-in")
    park.now = TEN
    await park.do(early, "check-in")
    park.now = TEN + minutes(15)
    await park.do(early, "end-early")
    park.now = NINE + timedelta(days=1)
    atlas, unused = await lines(park)
    assert (atlas["code"], counts(atlas)) == ("atlas", (3, 1.75, 1.25, 1, 1))
    assert (atlas["open_hours"], atlas["booked_share"], atlas["used_share"]) == (50.0, 0.035, 0.025)
    assert (unused["code"], counts(unused), unused["open_hours"]) == (
        "unused",
        (0, 0, 0, 0, 0),
        744,
    )


async def test_what_goes_on_is_used_until_now_and_what_is_to_come_is_no_miss(park: Park) -> None:
    room = await park.a_room()
    booking = await park.a_booking(room, starts_at=NINE, ends_at=TEN)
    await park.a_booking(room, starts_at=TEN, ends_at=ELEVEN)
    park.now = NINE + minutes(15)
    await park.do(booking, "check-in")
    assert counts((await lines(park))[0]) == (2, 2, 0.25, 0, 0)


async def test_hours_are_those_of_the_wall_clock_and_bookings_those_that_start_in_them(
    park: Park,
) -> None:
    park.now = datetime(2026, 2, 1, tzinfo=UTC)
    room = await park.a_room()
    # In the night of the 15th the clock, an hour ahead of UTC, shows two o'clock for a second time.
    starts_at = datetime(2026, 2, 15, 0, 30, tzinfo=UTC)
    await park.a_booking(room, starts_at=starts_at, ends_at=starts_at + minutes(180))
    found = await lines(park, "hour", month="2026-02")
    assert [(line["hour"], line["bookings"], line["booked_hours"]) for line in found][:5] == [
        (0, 0, 0),
        (1, 1, 0.5),
        (2, 0, 2.0),
        (3, 0, 0.5),
        (4, 0, 0),
    ]
    assert [line["open_hours"] for line in found] == [28, 28, 29, *[28] * 21]
    assert len(found) == 24


async def test_a_booking_over_the_end_of_a_month_is_counted_once_and_its_hours_in_both(
    park: Park,
) -> None:
    room = await park.a_room()
    starts_at = datetime(2027, 3, 31, 22, 30, tzinfo=UTC)
    await park.a_booking(room, starts_at=starts_at, ends_at=starts_at + minutes(120))
    for by in BY:
        march, april = [await lines(park, by, month=month) for month in ("2027-03", "2027-04")]
        assert sum(line["bookings"] for line in march) == 1
        assert sum(line["bookings"] for line in april) == 0
        assert sum(line["booked_hours"] for line in march) == 1.5
        assert sum(line["booked_hours"] for line in april) == 0.5


async def test_by_room_by_tenant_and_by_hour_add_up_to_the_same(park: Park) -> None:
    chance = random.Random(4)
    rooms = [await park.a_room() for _ in range(3)]
    for _ in range(40):
        starts_at = NINE + chance.randrange(0, 300) * minutes(15)
        by = chance.choice((AMAL, "driss@other.example"))
        length = minutes(chance.choice((15, 45, 90)))
        await park.book(
            chance.choice(rooms), by=by, starts_at=starts_at, ends_at=starts_at + length
        )
    park.now = NINE + timedelta(days=9)
    sums = []
    for by in BY:
        total: Counter[str] = Counter()
        for line in await lines(park, by):
            total.update({name: line[name] for name in ("bookings", "booked_hours", "no_shows")})
        sums.append(total)
    assert sums[0]["bookings"] > 20
    assert sums[0] == sums[1] == sums[2]


async def test_a_tenants_administrator_sees_what_is_theirs_and_nothing_else(park: Park) -> None:
    shared = await park.a_room(code="shared")
    theirs = await park.a_room(code="theirs", tenant_ids=[str(park.other_tenant_id)])
    await park.a_booking(shared, starts_at=NINE, ends_at=TEN)
    await park.a_booking(shared, by="driss@other.example", starts_at=TEN, ends_at=ELEVEN)
    await park.a_booking(theirs, by="driss@other.example", starts_at=TEN, ends_at=ELEVEN)
    admin = (AMAL, "tenant_admin")
    assert [(one["code"], one["bookings"]) for one in await lines(park, who=admin)] == [
        ("shared", 1)
    ]
    by_tenant = await lines(park, "tenant", who=admin)
    assert [one["tenant_id"] for one in by_tenant] == [str(park.tenant_id)]
    assert sum(one["bookings"] for one in await lines(park, "hour", who=admin)) == 1
    assert len(await lines(park, "tenant")) == 2


@pytest.mark.parametrize("by", BY)
async def test_others_are_refused(park: Park, by: str) -> None:
    for who in ((AMAL,), (AMAL, "facility_manager"), (FATIMA, "security")):
        answer = await ask(park, by, who=who)
        assert (answer.status_code, answer.json()["code"]) == (403, "not_your_role")


@pytest.mark.parametrize("by", BY)
async def test_it_is_read_page_by_page_by_its_caller_alone(park: Park, by: str) -> None:
    for n, booker in enumerate((AMAL, "driss@other.example", FATIMA)):
        await park.a_booking(await park.a_room(code=f"r{n}"), by=booker)
    whole = await lines(park, by)
    pages: list[Any] = []
    more: dict[str, Any] = {}
    while True:
        page = (await ask(park, by, limit=2, **more)).json()
        pages += page["items"]
        if page["next"] is None:
            break
        more = {"cursor": page["next"]}
        stolen = await ask(park, by, limit=2, who=(AMAL, "tenant_admin"), **more)
        assert (stolen.status_code, stolen.json()["code"]) == (422, "bad_cursor")
    assert pages == whole
    assert len(pages) == (24 if by == "hour" else 3)


async def test_it_says_by_the_wall_too_from_when_to_when_it_counts(park: Park) -> None:
    said = (await ask(park, month="2026-03")).json()
    assert (said["starts_at"], said["ends_at"]) == (
        "2026-03-01T00:00:00Z",
        "2026-04-01T00:00:00+01:00",
    )
    assert (said["starts_wall"], said["ends_wall"]) == (
        "2026-03-01T00:00:00",
        "2026-04-01T00:00:00",
    )


async def test_a_month_that_has_not_changed_is_304(park: Park) -> None:
    room = await park.a_room()
    tag = (await ask(park)).headers["etag"]
    assert (await ask(park, headers={"if-none-match": tag})).status_code == 304
    await park.a_booking(room)
    assert (await ask(park, headers={"if-none-match": tag})).status_code == 200


async def test_the_sheet_has_every_line_and_no_formula(park: Park) -> None:
    names = {"fr": "=SUM(A1)", "ar": "أطلس", "en": "@cmd"}
    await park.a_booking(await park.a_room(code="a", names=names))
    await park.a_room(code="b")
    headers = {"accept": "text/csv", "accept-language": "fr"}
    answer = await ask(park, limit=1, headers=headers)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == (
        'attachment; filename="utilisation-2027-03-room.csv"'
    )
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(row["room"], row["name"], row["bookings"]) for row in rows] == [
        ("a", "'=SUM(A1)", "1"),
        ("b", "Atlas", "0"),
    ]
    assert rows[0]["booked_hours"] == "1.0"
    for by in ("tenant", "hour"):
        sheet = (await ask(park, by, headers=headers)).content.decode("utf-8-sig")
        assert sheet.startswith(f"{by},name,bookings,")


@pytest.mark.parametrize("month", ["2027-13", "2027-3", "1999-01", "2100-01", "2027-03-01", ""])
async def test_what_is_no_month_is_refused(park: Park, month: str) -> None:
    assert (await ask(park, month=month)).status_code == 422


def test_a_month_is_taken_apart_where_the_clock_is_changed() -> None:
    month = Month.read("2026-03", timezone="Africa/Casablanca")
    put_forward = datetime(2026, 3, 22, 2, tzinfo=UTC)
    assert month.segments == [
        (datetime(2026, 3, 1, tzinfo=UTC), put_forward, timedelta(0)),
        (put_forward, datetime(2026, 3, 31, 23, tzinfo=UTC), timedelta(hours=1)),
    ]
    december = Month.read("2026-12", timezone="UTC")
    assert december.ends_at == datetime(2027, 1, 1, tzinfo=UTC)
