"""Whoever waits learns of an offer where they look anyway: at home, and in what has changed."""

from typing import Any
from uuid import UUID

import pytest

from services.booking.service import SERVICE
from tests.booking.park import NINE, Park, minutes
from tests.booking.phone import Phone
from tests.booking.waiting.queueing import AMAL, BADR, DRISS, accept, listed, waits, work


async def home(park: Park, by: str = BADR) -> list[Any]:
    answer = await park.http.get("/v1/home", headers=park.as_(by))
    assert answer.status_code == 200, answer.text
    offers: list[Any] = answer.json()["offers"]
    return offers


async def the_hold_ends(park: Park, hold_id: str) -> None:
    """Its timer goes off."""
    reaction = SERVICE.timers.reaction_to("hold.ends")
    assert reaction is not None
    async with park.ground.database.transaction() as session:
        await reaction(hold_id, session, park.now)


@pytest.fixture
async def phone(park: Park) -> Phone:
    """Badr's, which has read the list once."""
    made = Phone(park, BADR)
    await made.read_all()
    return made


async def an_offer(park: Park) -> Any:
    """To Badr, who waits before Driss."""
    room = await park.a_room()
    for person in (BADR, DRISS):
        await waits(park, room, by=person)
    await work(park)
    (mine,) = await listed(park, BADR)
    assert mine["status"] == "offered"
    return mine


async def test_home_shows_the_offer_its_room_and_how_to_take_it(park: Park) -> None:
    mine = await an_offer(park)
    (shown,) = await home(park)
    offer = mine["offer"]
    assert (shown["hold_id"], shown["waiting_id"]) == (offer["hold_id"], mine["waiting_id"])
    assert shown["expires_at"] == offer["expires_at"]
    assert shown["room"]["room_id"] == offer["room_id"]
    assert shown["starts_wall"] == "2027-03-01T09:00:00"
    assert [await home(park, by) for by in (AMAL, DRISS)] == [[], []]
    assert (await accept(park, mine, by=BADR)).status_code == 201
    assert await home(park) == []


async def test_an_offer_that_has_expired_is_no_longer_at_home(park: Park) -> None:
    await an_offer(park)
    park.now += minutes(5)
    assert await home(park) == []


async def test_an_offer_is_let_go_also_once_its_time_has_begun(park: Park, phone: Phone) -> None:
    park.now = NINE - minutes(2)
    mine = await an_offer(park)
    park.now = NINE + minutes(1)
    await work(park)
    (shown,) = await home(park)
    address = f"/v1/waiting/{shown['waiting_id']}"
    assert (await park.http.delete(address, headers=park.as_(BADR))).status_code == 204
    await phone.read_what_changed()
    assert (phone.gone, await home(park)) == ({mine["offer"]["hold_id"]: None}, [])


async def test_what_one_holds_oneself_is_no_offer(park: Park, phone: Phone) -> None:
    room = await park.a_room()
    body = {"room_id": room["room_id"], "starts_at": "2027-03-01T09:00:00Z", "minutes": 30}
    made = await park.http.post("/v1/holds", json=body, headers=park.as_(BADR))
    assert (made.status_code, made.json()["waiting_id"]) == (201, None)
    await phone.read_what_changed()
    assert (phone.offers, await home(park)) == ({}, [])


async def test_a_phone_learns_of_the_offer_and_that_it_became_a_booking(
    park: Park, phone: Phone
) -> None:
    mine = await an_offer(park)
    await phone.read_what_changed()
    hold_id = mine["offer"]["hold_id"]
    assert phone.offers[hold_id]["waiting_id"] == mine["waiting_id"]
    await accept(park, mine, by=BADR)
    await phone.read_what_changed()
    assert (phone.offers, list(phone.kept), phone.gone) == ({}, [hold_id], {})


async def test_a_phone_that_reads_the_list_finds_what_is_offered(park: Park) -> None:
    mine = await an_offer(park)
    phones = [Phone(park, by) for by in (BADR, DRISS, AMAL)]
    for each in phones:
        await each.read_all()
    assert [list(each.offers) for each in phones] == [[mine["offer"]["hold_id"]], [], []]


async def test_a_phone_learns_that_the_offer_has_lapsed(park: Park, phone: Phone) -> None:
    mine = await an_offer(park)
    hold_id = mine["offer"]["hold_id"]
    drisss = Phone(park, DRISS)
    await drisss.read_all()
    await phone.read_what_changed()
    park.now += minutes(5)
    await the_hold_ends(park, hold_id)
    await work(park)
    await phone.read_what_changed()
    assert (phone.offers, phone.gone) == ({}, {hold_id: None})
    await drisss.read_what_changed()
    assert [UUID(each) for each in drisss.offers] != [UUID(hold_id)]
    assert (len(drisss.offers), drisss.gone) == (1, {})


@pytest.mark.parametrize("path", ["holds/{hold_id}", "waiting/{waiting_id}"])
async def test_a_phone_learns_that_the_offer_was_let_go_on_another(
    park: Park, phone: Phone, path: str
) -> None:
    mine = await an_offer(park)
    await phone.read_what_changed()
    hold_id = mine["offer"]["hold_id"]
    url = "/v1/" + path.format(hold_id=hold_id, waiting_id=mine["waiting_id"])
    assert (await park.http.delete(url, headers=park.as_(BADR))).status_code == 204
    await phone.read_what_changed()
    assert (phone.offers, phone.gone) == ({}, {hold_id: None})
