"""A phone asks what is new since it last asked: what stands in full, what is gone by its id."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from services.booking.bookings import store
from services.booking.worker import loops
from shared.events.visits import VisitorArrived, VisitStatus
from tests.booking.park import NINE, TEN, Park, heard, minutes
from tests.booking.phone import Phone
from tests.booking.visits import a_visit

BADR = "badr@acme.example"
COUNTS_ANEW = """
CREATE OR REPLACE FUNCTION database_epoch() RETURNS text LANGUAGE sql AS $$ SELECT 'another' $$
"""


@pytest.fixture
async def phone(park: Park) -> Phone:
    """Amal's, which has read the list once."""
    made = Phone(park)
    await made.read_all()
    return made


async def test_what_is_new_comes_in_full_and_only_once(park: Park, phone: Phone) -> None:
    booking = await park.a_booking(invited=[BADR])
    await phone.read_what_changed()
    assert phone.kept == {booking["booking_id"]: await park.shown(booking)}
    answer = await phone.ask(since=phone.sync)
    assert (answer.json()["items"], answer.json()["gone"]) == ([], [])


async def test_a_guest_who_arrives_is_news(park: Park, phone: Phone) -> None:
    booking = await park.a_booking(invited=["karim@elsewhere.example", BADR])
    guest_id = booking["participants"][0]["guest_id"]
    await phone.read_what_changed()
    visit = a_visit(booking["booking_id"], guest_id, status=VisitStatus.ARRIVED)
    await park.hear(heard(VisitorArrived(visit=visit)))
    await phone.read_what_changed()
    shown = phone.kept[booking["booking_id"]]["participants"][0]
    assert shown["visit_status"] == "arrived"


async def test_who_is_taken_off_is_told_no_more_than_that(park: Park) -> None:
    booking = await park.a_booking(invited=[BADR])
    badrs = Phone(park, BADR)
    await badrs.read_all()
    assert list(badrs.kept) == [booking["booking_id"]]
    await park.do(booking, "participants", method="PUT", participants=[])
    await park.do(booking, "cancel")
    await badrs.read_what_changed()
    assert (badrs.kept, badrs.gone) == ({}, {booking["booking_id"]: None})


async def test_what_was_handed_over_is_gone_from_one_and_new_to_the_other(
    park: Park, phone: Phone
) -> None:
    badrs = Phone(park, BADR)
    await badrs.read_all()
    booking = await park.a_booking()
    await phone.read_what_changed()
    await park.do(booking, "hand-over", email=BADR)
    await phone.read_what_changed()
    await badrs.read_what_changed()
    assert (phone.kept, phone.gone) == ({}, {booking["booking_id"]: None})
    assert badrs.kept[booking["booking_id"]]["is_mine"]


async def test_what_no_longer_stands_is_gone_and_listed_where_it_is_asked_for(
    park: Park, phone: Phone
) -> None:
    booking = await park.a_booking()
    await park.do(booking, "cancel")
    await phone.read_what_changed()
    assert phone.gone == {booking["booking_id"]: "cancelled"}
    assert (await phone.ask()).json()["items"] == []
    listed = (await phone.ask(status="cancelled")).json()["items"]
    assert [one["booking_id"] for one in listed] == [booking["booking_id"]]


async def test_what_is_over_is_listed_as_ended(park: Park, phone: Phone) -> None:
    await park.a_booking()
    park.now = TEN
    asked = {"from": NINE.isoformat()}
    assert (await phone.ask(status="confirmed", **asked)).json()["items"] == []
    listed = (await phone.ask(status=["ended", "released"], **asked)).json()["items"]
    assert [one["status"] for one in listed] == ["ended"]


async def test_long_news_come_in_pages(park: Park, phone: Phone) -> None:
    room = await park.a_room()
    made = {
        (await park.a_booking(room, starts_at=at, ends_at=at + minutes(5)))["booking_id"]
        for at in (NINE + minutes(5 * nth) for nth in range(5))
    }
    phone.limit = 2
    await phone.read_what_changed()
    assert set(phone.kept) == made


async def test_another_tenant_is_told_of_nothing(park: Park, phone: Phone) -> None:
    other = Phone(park, "driss@other.example")
    await other.read_all()
    await park.a_booking(invited=[BADR])
    await other.read_what_changed()
    assert (other.kept, other.gone) == ({}, {})
    refused = await other.ask(since=phone.sync)
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_cursor")


async def test_since_stands_alone(phone: Phone) -> None:
    for beside in ({"status": "ended"}, {"from": NINE.isoformat()}, {"until": NINE.isoformat()}):
        refused = await phone.ask(since=phone.sync, **beside)
        assert (refused.status_code, refused.json()["code"]) == (422, "since_stands_alone")


async def test_a_token_older_than_what_was_forgotten_is_refused(park: Park, phone: Phone) -> None:
    await park.a_booking()
    kept = phone.sync
    await phone.read_what_changed()
    async with park.ground.database.transaction() as session:
        before = datetime.now(UTC) + timedelta(minutes=1)
        assert await store.forget_changes(session, before=before, limit=100) > 0
    refused = await phone.ask(since=kept)
    assert (refused.status_code, refused.json()["code"]) == (409, "sync_token_too_old")
    assert (await phone.ask(since=phone.sync)).status_code == 200


async def test_nothing_young_is_forgotten(park: Park, phone: Phone) -> None:
    await park.a_booking()
    async with park.ground.database.transaction() as session:
        before = datetime.now(UTC) - timedelta(days=30)
        assert await store.forget_changes(session, before=before, limit=100) == 0
    assert (await phone.ask(since=phone.sync)).status_code == 200


async def test_the_worker_forgets_what_is_a_month_old(park: Park, phone: Phone) -> None:
    await park.a_booking()
    (forgetting,) = [loop for loop in loops(park.ground) if loop.name == "changes.forget"]
    park.now = datetime.now(UTC) + timedelta(days=29)
    await forgetting.round()
    assert (await phone.ask(since=phone.sync)).status_code == 200
    park.now = datetime.now(UTC) + timedelta(days=31)
    await forgetting.round()
    assert (await phone.ask(since=phone.sync)).status_code == 409


async def test_a_token_of_another_life_of_the_database_is_refused(park: Park, phone: Phone) -> None:
    """Restored elsewhere it counts its transactions anew: here by another database's name."""
    async with park.ground.database.transaction() as session:
        await session.execute(text(COUNTS_ANEW))
    refused = await phone.ask(since=phone.sync)
    assert (refused.status_code, refused.json()["code"]) == (409, "sync_token_too_old")


async def test_who_has_the_list_already_is_told_so(park: Park, phone: Phone) -> None:
    await park.a_booking()
    first = await phone.ask()
    tag = {"if-none-match": first.headers["etag"]}
    headers = park.as_("amal@acme.example") | tag
    again = await park.http.get("/v1/bookings", params={"limit": 50}, headers=headers)
    assert (again.status_code, again.content) == (304, b"")
    await park.a_booking()
    anew = await park.http.get("/v1/bookings", params={"limit": 50}, headers=headers)
    assert anew.status_code == 200
