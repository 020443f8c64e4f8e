"""What a booking is about, who is shown that, and how many come, said anew while it stands."""

from typing import Any

import httpx
import pytest

from tests.booking.bookings.requests import a_request, a_room_on_request
from tests.booking.bookings.test_orders import a_room_with
from tests.booking.park import NINE, TEN, Park, minutes
from tests.booking.phone import Phone
from tests.booking.series.asking import a_series, occurrences

AMAL, BADR, CHADIA = "amal@acme.example", "badr@acme.example", "chadia@acme.example"
DRISS = "driss@other.example"


async def edit(
    park: Park,
    booking: dict[str, Any],
    *,
    by: str = AMAL,
    headers: dict[str, str] | None = None,
    **said: Any,
) -> httpx.Response:
    return await park.http.request(
        "PATCH",
        f"/v1/bookings/{booking['booking_id']}",
        json=said,
        headers=park.as_(by) | (headers or {}),
    )


async def test_what_is_left_out_stays_and_null_takes_back(park: Park) -> None:
    booking = await park.a_booking(title="Rachat", is_private=True, people=5, invited=[BADR])
    answer = await edit(park, booking, title="Point projet")
    assert answer.status_code == 200, answer.text
    said = [answer.json()[name] for name in ("title", "is_private", "people", "version")]
    assert said == ["Point projet", True, 5, 2]
    bare = (await edit(park, booking, title=None, is_private=False, people=None)).json()
    assert [bare[name] for name in ("title", "is_private", "people")] == [None, False, 2]
    assert bare == await park.shown(booking)


async def test_a_merge_patch_is_taken_by_its_own_media_type(park: Park) -> None:
    booking = await park.a_booking()
    answer = await park.http.request(
        "PATCH",
        f"/v1/bookings/{booking['booking_id']}",
        content=b'{"title": "Point"}',
        headers=park.as_(AMAL) | {"content-type": "application/merge-patch+json"},
    )
    assert (answer.status_code, answer.json()["title"]) == (200, "Point")


async def test_what_says_nothing_new_is_no_new_version(park: Park) -> None:
    booking = await park.a_booking(title="Point")
    same: dict[str, Any] = {"title": "Point", "is_private": False, "people": 1}
    nothing: dict[str, Any] = {}
    for said in (nothing, same):
        answer = await edit(park, booking, **said)
        assert (answer.status_code, answer.json()["version"]) == (200, 1)


async def test_none_of_it_is_announced(park: Park) -> None:
    booking = await park.a_booking()
    before = await park.last_facts(booking)
    await edit(park, booking, title="Rachat", is_private=True, people=4)
    assert await park.announced(booking) == ["confirmed"]
    assert await park.last_facts(booking) == before
    assert await park.claims(booking) == [(NINE, TEN)]


async def test_as_many_come_as_are_named_and_no_more_than_fit_its_layout(park: Park) -> None:
    room = await a_room_with(park, layouts={"theatre": 8, "u": 3})
    booking = await park.a_booking(room, layout="u", invited=[BADR])
    assert (await edit(park, booking, people=1)).json()["people"] == 2
    assert (await edit(park, booking, people=3)).json()["people"] == 3
    crowd = await edit(park, booking, people=4, title="Trop")
    assert (crowd.status_code, crowd.json()["code"]) == (409, "room_too_small")
    assert (await park.shown(booking))["title"] is None


async def test_a_private_title_is_shown_to_those_who_attend_and_to_nobody_else(park: Park) -> None:
    booking = await park.a_booking(title="Point", invited=[BADR])
    admin = park.as_(CHADIA, "tenant_admin")
    path = f"/v1/bookings/{booking['booking_id']}"
    assert (await park.http.get(path, headers=admin)).json()["title"] == "Point"
    await edit(park, booking, title="Rachat", is_private=True)
    assert (await park.http.get(path, headers=admin)).json()["title"] is None
    assert (await park.shown(booking, to=BADR))["title"] == "Rachat"


async def test_phones_of_all_who_attend_hear_of_it_and_of_others_none(park: Park) -> None:
    phones = [Phone(park, email) for email in (AMAL, BADR, DRISS)]
    booking = await park.a_booking(invited=[BADR])
    for phone in phones:
        await phone.read_all()
    await edit(park, booking, title="Rachat", is_private=True)
    for phone in phones:
        await phone.read_what_changed()
    titles = [[one["title"] for one in phone.kept.values()] for phone in phones]
    assert titles == [["Rachat"], ["Rachat"], []]


async def test_only_its_organiser_edits_it_and_strangers_know_of_none(park: Park) -> None:
    booking = await park.a_booking(invited=[BADR])
    expected = {BADR: (403, "not_your_booking"), DRISS: (404, "no_such_booking")}
    for email, refusal in expected.items():
        answer = await edit(park, booking, by=email, title="x")
        assert (answer.status_code, answer.json()["code"]) == refusal
    assert (await park.shown(booking))["title"] is None


async def test_it_is_edited_while_it_goes_on_and_not_once_it_is_over(park: Park) -> None:
    booking = await park.a_booking()
    park.now = TEN - minutes(1)
    assert (await edit(park, booking, people=3)).status_code == 200
    park.now = TEN
    answer = await edit(park, booking, people=4)
    assert (answer.status_code, answer.json()["code"]) == (409, "already_over")


async def test_what_does_not_stand_is_not_edited(park: Park) -> None:
    cancelled = await park.a_booking()
    await park.do(cancelled, "cancel")
    request = await a_request(park, await a_room_on_request(park))
    for booking, code in ((cancelled, "already_cancelled"), (request, "awaits_approval")):
        answer = await edit(park, booking, title="x")
        assert (answer.status_code, answer.json()["code"]) == (409, code)


async def test_of_two_who_edit_what_both_have_seen_one_has_lost(park: Park) -> None:
    booking = await park.a_booking()
    seen = {"if-match": '"1"'}
    assert (await edit(park, booking, title="first", headers=seen)).headers["etag"] == '"2"'
    late = await edit(park, booking, title="second", headers=seen)
    assert (late.status_code, (await park.shown(booking))["title"]) == (412, "first")


async def test_a_repeated_edit_is_made_once(park: Park) -> None:
    booking = await park.a_booking()
    key = {"idempotency-key": "again"}
    first = await edit(park, booking, title="Point", headers=key)
    await edit(park, booking, title="Rachat")
    again = await edit(park, booking, title="Point", headers=key)
    assert again.json() == first.json()
    other = await edit(park, booking, title="Autre", headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert (await park.shown(booking))["title"] == "Rachat"


async def test_of_a_series_one_booking_is_edited_alone(park: Park) -> None:
    made = await a_series(park, title="Hebdo")
    first, *others = await occurrences(park, made)
    assert (await edit(park, first, title="Budget", people=4)).status_code == 200
    assert (await park.shown(first))["title"] == "Budget"
    for one in others:
        shown = await park.shown(one)
        assert (shown["title"], shown["people"], shown["version"]) == ("Hebdo", 1, 1)


@pytest.mark.parametrize(
    "said",
    [
        {"is_private": None},
        {"people": 0},
        {"title": "x" * 10_000},
        {"room_id": "x"},
        {"status": "x"},
    ],
)
async def test_what_cannot_be_said_of_it_is_malformed(park: Park, said: dict[str, Any]) -> None:
    assert (await edit(park, await park.a_booking(), **said)).status_code == 422
