"""The board live, over a real port."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from prometheus_client import CollectorRegistry

from services.visitors.app import create_app
from services.visitors.board.feed import Limits
from tests.booking.feeds.listening import Feed, listening
from tests.support.serving import served
from tests.visitors.park import AMAL, DESK, OTHER_DESK, Park

LIMITS = Limits(keep_alive=0.05, rights=60, gap=0.01, of_a_process=2)


@pytest.fixture
async def url(park: Park) -> AsyncIterator[str]:
    """The address of visitors, served as another process serves it."""
    app = create_app(replace(park.ground, registry=CollectorRegistry()), limits=LIMITS)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        async with served(app, listening=listener) as address:
            yield address


def live(url: str, park: Park, by: str = DESK, **headers: str) -> AbstractAsyncContextManager[Feed]:
    return listening(url, park.as_(by) | headers, path="/v1/desk/board/feed")


async def test_what_changes_is_told_at_once(park: Park, url: str) -> None:
    visit = await park.a_visit()
    async with live(url, park) as feed:
        assert (await feed.next()).data["items"] == []
        await park.do(visit, "check-in")
        told = await feed.next()
        assert [each["status"] for each in told.data["items"]] == ["checked_in"]
        assert told.event_id == told.data["sync"]


async def test_who_comes_back_has_missed_nothing(park: Park, url: str) -> None:
    async with live(url, park) as feed:
        last = (await feed.next()).event_id
    assert last is not None
    visit = await park.a_visit()
    async with live(url, park, **{"last-event-id": last}) as feed:
        told = await feed.next()
        assert [each["visit_id"] for each in told.data["items"]] == [visit["visit_id"]]


async def test_another_tenants_desk_hears_nothing_but_that_the_feed_lives(
    park: Park, url: str
) -> None:
    async with live(url, park, OTHER_DESK) as theirs, live(url, park) as ours:
        for feed in (theirs, ours):
            assert (await feed.next()).data["items"] == []
        await park.a_visit()
        assert len((await ours.next()).data["items"]) == 1
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3):
                await theirs.next()
        assert theirs.comments


async def test_a_desk_that_has_left_hears_why_no_more_comes(park: Park, url: str) -> None:
    async with live(url, park) as feed:
        await feed.next()
        await park.delist(DESK)
        await park.a_visit(by=AMAL)
        (end,) = await feed.until_the_end()
        assert (end.name, end.data) == ("end", {"code": "no_longer_listed"})


async def test_more_boards_than_a_process_bears_are_asked_to_come_later(
    park: Park, url: str
) -> None:
    async with live(url, park) as one, live(url, park) as two:
        for feed in (one, two):
            await feed.next()
        async with httpx.AsyncClient(base_url=url) as http:
            answer = await http.get("/v1/desk/board/feed", headers=park.as_(DESK))
        assert (answer.status_code, answer.json()["code"]) == (503, "too_many_boards")


async def test_a_live_board_ends_with_its_token(park: Park, url: str) -> None:
    token = park.issuer.token(DESK, roles=("receptionist",), valid_for=timedelta(seconds=2))
    headers = {"authorization": f"Bearer {token}"}
    async with listening(url, headers, path="/v1/desk/board/feed") as feed:
        *_, end = await feed.until_the_end()
        assert (end.name, end.data) == ("end", {"code": "token_expired"})
