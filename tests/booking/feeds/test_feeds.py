"""Live feeds over a real port: what changes is told at once, nothing is missed, nothing outlives
what it belongs to.
"""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import CollectorRegistry

from services.booking.app import create_app
from services.booking.feeds.domain import Limits
from tests.booking.bookings.requests import a_request, a_room_on_request
from tests.booking.feeds.listening import listening
from tests.booking.park import NINE, Park, minutes
from tests.booking.waiting.queueing import waits, work
from tests.support.eventually import eventually
from tests.support.serving import served

AMAL, BADR, DRISS = "amal@acme.example", "badr@acme.example", "driss@other.example"
LIMITS = Limits(keep_alive=0.05, rights=60, gap=0.01)


def another_app(park: Park, limits: Limits) -> FastAPI:
    """The same service, as another process serves it: with metrics of its own."""
    return create_app(replace(park.ground, registry=CollectorRegistry()), limits=limits)


@pytest.fixture
async def url(park: Park) -> AsyncIterator[str]:
    """The address of booking, served."""
    app = another_app(park, LIMITS)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        async with served(app, listening=listener) as address:
            yield address


async def test_a_change_is_told_at_once_in_full(park: Park, url: str) -> None:
    async with listening(url, park.as_(AMAL)) as feed:
        assert feed.answer.headers["content-type"].startswith("text/event-stream")
        first = await feed.next()
        assert (first.name, first.data["items"], first.data["gone"]) == ("changes", [], [])
        booking = await park.a_booking()
        told = await feed.next()
        assert [one["booking_id"] for one in told.data["items"]] == [booking["booking_id"]]
        assert told.event_id == told.data["sync"]
        await park.do(booking, "hand-over", email=BADR)
        told = await feed.next()
        assert told.data["gone"] == [{"booking_id": booking["booking_id"], "status": None}]


async def test_an_offer_of_the_waiting_list_is_told_at_once(park: Park, url: str) -> None:
    waiting = await waits(park, await park.a_room(), by=BADR)
    async with listening(url, park.as_(BADR)) as feed:
        assert (await feed.next()).data["offers"] == []
        await work(park)
        (offer,) = (await feed.next()).data["offers"]
        assert offer["waiting_id"] == waiting["waiting_id"]
        path = f"/v1/waiting/{waiting['waiting_id']}"
        await park.http.delete(path, headers=park.as_(BADR))
        told = await feed.next()
        assert told.data["gone"] == [{"booking_id": offer["hold_id"], "status": None}]


async def test_who_comes_back_with_the_last_id_has_missed_nothing(park: Park, url: str) -> None:
    async with listening(url, park.as_(AMAL)) as feed:
        last = (await feed.next()).event_id
    assert last is not None
    booking = await park.a_booking()
    async with listening(url, park.as_(AMAL) | {"last-event-id": last}) as feed:
        told = await feed.next()
        assert [one["booking_id"] for one in told.data["items"]] == [booking["booking_id"]]


async def test_a_feed_begins_where_the_list_ended(park: Park, url: str) -> None:
    listed = (await park.http.get("/v1/bookings", headers=park.as_(AMAL))).json()
    room = await park.a_room()
    for nth in range(60):  # more than one event holds
        starts = NINE + minutes(5 * nth)
        await park.a_booking(room, starts_at=starts, ends_at=starts + minutes(5))
    async with listening(url, park.as_(AMAL) | {"last-event-id": listed["sync"]}) as feed:
        first, second = await feed.next(), await feed.next()
        assert (len(first.data["items"]), len(second.data["items"])) == (50, 10)
        assert first.event_id is None
        assert second.event_id == second.data["sync"]


async def test_another_tenant_hears_nothing_and_a_silent_feed_says_that_it_lives(
    park: Park, url: str
) -> None:
    async with (
        listening(url, park.as_(AMAL)) as mine,
        listening(url, park.as_(DRISS)) as others,
    ):
        await mine.next()
        await others.next()
        await park.a_booking()
        await mine.next()
        theirs = await park.a_booking(by=DRISS)
        told = await others.next()
        assert [one["booking_id"] for one in told.data["items"]] == [theirs["booking_id"]]
        listener = asyncio.create_task(mine.next())
        await eventually(lambda: len(mine.comments) > 1)
        listener.cancel()


async def test_a_request_is_told_to_who_asks_and_to_nobody_it_names(park: Park, url: str) -> None:
    room = await a_room_on_request(park)
    async with listening(url, park.as_(AMAL)) as mine, listening(url, park.as_(DRISS)) as others:
        await mine.next()
        await others.next()
        request = await a_request(park, room, invited=(DRISS,))
        told = await mine.next()
        assert [one["booking_id"] for one in told.data["items"]] == [request["booking_id"]]
        await park.do(request, "cancel")
        told = await mine.next()
        assert told.data["gone"] == [{"booking_id": request["booking_id"], "status": "cancelled"}]
        theirs = await park.a_booking(by=DRISS)
        told = await others.next()  # the first that was told at all
        assert [one["booking_id"] for one in told.data["items"]] == [theirs["booking_id"]]
        assert told.data["gone"] == []


async def test_a_token_of_somebody_else_opens_no_feed(park: Park, url: str) -> None:
    mine = (await park.http.get("/v1/bookings", headers=park.as_(AMAL))).json()["sync"]
    async with httpx.AsyncClient(base_url=url) as http:
        refused = await http.get(
            "/v1/bookings/feed", headers=park.as_(BADR) | {"last-event-id": mine}
        )
    assert (refused.status_code, refused.json()["code"]) == (422, "bad_cursor")


async def test_a_ticket_opens_one_feed_within_half_a_minute(park: Park, url: str) -> None:
    async def a_ticket() -> str:
        made = await park.http.post("/v1/bookings/feed-tickets", headers=park.as_(AMAL))
        assert made.status_code == 201
        return str(made.json()["ticket"])

    async def refusal(ticket: str) -> tuple[int, str]:
        async with httpx.AsyncClient(base_url=url) as http:
            answer = await http.get("/v1/bookings/feed", params={"ticket": ticket})
        return answer.status_code, answer.json()["code"]

    ticket = await a_ticket()
    async with listening(url, {}, ticket=ticket) as feed:
        await feed.next()
        booking = await park.a_booking()
        told = await feed.next()
        assert told.data["items"][0]["booking_id"] == booking["booking_id"]
        assert await refusal(ticket) == (401, "ticket_not_accepted")
    late = await a_ticket()
    park.now += timedelta(seconds=30)
    assert await refusal(late) == (401, "ticket_not_accepted")
    kept = await park.query("SELECT digest FROM feed_tickets")
    assert all(ticket.encode() not in row.digest for row in kept)


async def test_a_feed_ends_with_its_token(park: Park, url: str) -> None:
    token = park.issuer.token(AMAL, valid_for=timedelta(seconds=1))
    async with listening(url, {"authorization": f"Bearer {token}"}) as feed:
        rest = await feed.until_the_end()
    assert (rest[-1].name, rest[-1].data) == ("end", {"code": "token_expired"})


async def test_who_has_left_the_park_is_cut_off_the_next_time_rights_are_read(park: Park) -> None:
    app = another_app(park, replace(LIMITS, rights=0.1))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        async with (
            served(app, listening=listener) as address,
            listening(address, park.as_(AMAL)) as feed,
        ):
            await feed.next()
            await park.delist(AMAL)
            rest = await feed.until_the_end()
    assert (rest[-1].name, rest[-1].data) == ("end", {"code": "no_longer_listed"})


async def test_nobody_opens_feeds_without_end(park: Park, url: str) -> None:
    async with AsyncExitStack() as stack:
        opened = [
            await stack.enter_async_context(listening(url, park.as_(AMAL)))
            for _ in range(LIMITS.of_a_person)
        ]
        await asyncio.gather(*(feed.next() for feed in opened))
        async with httpx.AsyncClient(base_url=url) as http:
            refused = await http.get("/v1/bookings/feed", headers=park.as_(AMAL))
            assert (refused.status_code, refused.json()["code"]) == (409, "too_many_feeds_of_yours")
        async with listening(url, park.as_(BADR)) as others:
            await others.next()

    async def opens_again() -> bool:
        async with listening(url, park.as_(AMAL)) as feed:
            return (await feed.next()).name == "changes"

    assert await eventually(opens_again)


async def test_open_feeds_do_not_delay_the_end_of_the_server(park: Park) -> None:
    app = another_app(park, replace(LIMITS, keep_alive=60))
    async with AsyncExitStack() as stack:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            async with asyncio.timeout(10), served(app, listening=listener) as address:
                feed = await stack.enter_async_context(listening(address, park.as_(AMAL)))
                await feed.next()
        assert await feed.until_the_end() == []
