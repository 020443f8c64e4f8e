"""Going back to a schema that knows no waiting list, or tells of no offers, and forth again."""

import asyncio
from collections.abc import Callable

import pytest
from alembic import command
from alembic.config import Config

from services.booking.service import SERVICE
from shared.migrate import config_of, differences
from tests.booking.park import Park
from tests.booking.phone import Phone
from tests.booking.waiting.queueing import BADR, DRISS, accept, listed, turns, waits, work


async def alter(park: Park, to: Callable[[Config, str], None], revision: str) -> None:
    """As an operator does, while nobody serves."""
    config = config_of("booking", url=park.ground.database.url)
    await park.ground.database.close()
    await asyncio.to_thread(to, config, revision)


@pytest.fixture
async def offered(park: Park) -> None:
    """To Badr; Driss waits."""
    room = await park.a_room()
    for person in (BADR, DRISS):
        await waits(park, room, by=person)
    await work(park)


async def test_without_a_list_what_was_offered_can_still_be_booked(
    park: Park, offered: None
) -> None:
    (mine,) = await listed(park, BADR)
    await alter(park, command.downgrade, "0015")
    assert await park.query("SELECT to_regclass('waiting') AS kept") == [(None,)]
    assert len(await park.query("SELECT 1 FROM holds")) == 1
    await alter(park, command.upgrade, "head")
    assert await differences(SERVICE.metadata, url=park.ground.database.url) == []
    assert await turns(park, BADR, DRISS) == []
    assert (await accept(park, mine, by=BADR)).status_code == 201


async def test_what_is_offered_is_found_again_by_the_schema_that_tells_of_it(
    park: Park, offered: None
) -> None:
    (mine,) = await listed(park, BADR)
    await alter(park, command.downgrade, "0016")
    await alter(park, command.upgrade, "head")
    assert await turns(park, BADR, DRISS) == ["offered", "waiting"]
    phone = Phone(park, BADR)
    await phone.read_all()
    assert phone.offers[mine["offer"]["hold_id"]]["waiting_id"] == mine["waiting_id"]
    assert (await accept(park, mine, by=BADR)).status_code == 201
    await work(park)
    assert await turns(park, BADR, DRISS) == ["booked", "waiting"]
