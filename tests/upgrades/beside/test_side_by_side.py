"""Booking is upgraded, then visitors, then access, while people go on: the last release's own code
and this one, on one database each and one broker.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import asyncpg
import pytest

from deploy.services import service
from shared.messaging import operations
from shared.messaging.rabbit import RabbitBus
from shared.web.ground import Ground
from tests.support.eventually import eventually
from tests.support.processes import HANGS_AFTER
from tests.upgrades.beside.judging import all_is_heard, left, rows
from tests.upgrades.beside.park import OF_A_LATER_RELEASE, ParkInUpgrade
from tests.upgrades.beside.phones import ORGANISER
from tests.upgrades.beside.upgrade import Upgrade, check_in_by_the_door

pytestmark = [pytest.mark.rabbit, HANGS_AFTER]

NEWS = "booking.announced_again.v1"
"""Of this release alone: the last one neither knows the name nor has it bound."""
A_LOCK_IN_VAIN = """
SELECT count(*) FROM pg_stat_activity
WHERE application_name = 'migrate' AND wait_event_type = 'Lock' AND datname = current_database()
"""


@pytest.fixture(scope="session")
async def migrated(upgrade: Upgrade) -> Upgrade:
    """By this release, under the requests of the last one; and where booking's turn came, somebody
    was reading for seconds what is changed.
    """
    park = upgrade.park
    async with upgrade.phones.all_the_while():
        async with somebody_reads(park.urls["booking"], "waiting"):
            migrating = asyncio.create_task(park.migrate("booking"))
            await eventually(lambda: _waits_in_vain(park.urls["booking"]))
            await upgrade.phones.organiser.get(f"{upgrade.stage.at.booking}/v1/waiting")
            assert not migrating.done()
        await migrating
        await park.migrate("visitors")
        await park.migrate("access")
    return upgrade


@pytest.fixture(scope="session")
async def beside(migrated: Upgrade) -> Upgrade:
    """Booking runs in both releases; access and visitors in the last one."""
    if not migrated.this:
        await migrated.bring("booking")
    return migrated


async def test_the_last_release_goes_on_while_it_is_migrated(migrated: Upgrade) -> None:
    answers = migrated.park.gateway.answers
    assert answers.errors == []
    assert answers.slowest < 4, "lock_timeout is 5 s: then people would be told to try again"
    await check_in_by_the_door(migrated.stage)


async def test_what_only_this_release_says_waits_until_it_is_bound_and_known(
    migrated: Upgrade,
) -> None:
    park = migrated.park
    async with ground_of(park, "booking") as ground:
        await service("booking").announce_again(ground.database)
    held = ("outbox", NEWS, "unaudited")  # the last release knows of nobody who would read it
    await eventually(partial(_is_left, park, "booking", [held]), within=20)
    await migrated.bring("booking")
    unknown = ("inbox", NEWS, f"parked: UnknownEvent: {NEWS}")
    for reader in ("access", "visitors"):
        await eventually(partial(_is_left, park, reader, [unknown]), within=30)
    assert await left(park.urls["booking"]) == []
    parked = await rows(park.urls["access"], "SELECT body FROM inbox WHERE name = $1", NEWS)
    assert all(OF_A_LATER_RELEASE in body for (body,) in parked), "all carries a field unknown here"


async def test_both_releases_answer_the_same_people_in_turn(beside: Upgrade) -> None:
    before = dict(beside.park.gateway.answers.by)
    for _ in range(3):
        await beside.phones.round()
    after = beside.park.gateway.answers.by
    for release in ("last", "this"):
        assert after["booking", release] > before.get(("booking", release), 0) + 10
    assert beside.park.gateway.answers.errors == []


async def test_workers_of_both_releases_take_over_from_each_other(beside: Upgrade) -> None:
    async with beside.phones.all_the_while():
        await beside.work_anew("booking", is_new=False)
        await beside.work_anew("booking", is_new=True)


async def test_what_began_on_the_last_release_ends_on_this_one(beside: Upgrade) -> None:
    park, story = beside.park, beside.story
    async with beside.phones.all_the_while():
        await beside.leave_behind("booking")
        await story.come_in()
        await beside.bring("visitors")
        await story.meet()
        await beside.leave_behind("visitors")
        await story.keep_strangers_out()
        await beside.bring("access")
        await story.look_it_up()
        await beside.leave_behind("access")
        await story.leave()
        await story.give_the_room_back()
    for reader in ("access", "visitors"):
        await replay(park, reader)
    assert await all_is_heard(park.urls) > 200
    known = "SELECT owner FROM retellings WHERE owner <> 'ours'"
    for reader in ("access", "visitors"):
        assert await rows(park.urls[reader], known) == [("booking",)]
    assert park.gateway.answers.errors == []
    await _doors_are_as_booked(beside)


async def _doors_are_as_booked(upgrade: Upgrade) -> None:
    security = upgrade.stage.person("hicham@ewane.example")
    asked = {"person_id": upgrade.stage.listed.people[ORGANISER]}
    url = f"{upgrade.stage.at.access}/v1/rights"
    rights = [each async for each in security.every(url, asked)]
    opened = {each["source_id"] for each in rights if each["source"] == "booking"}
    assert opened == upgrade.phones.kept - upgrade.phones.cancelled


async def _waits_in_vain(url: str) -> bool:
    ((count,),) = await rows(url, A_LOCK_IN_VAIN)
    return bool(count)


async def _is_left(park: ParkInUpgrade, name: str, expected: list[tuple[str, str, str]]) -> bool:
    found = await left(park.urls[name])
    assert [each for each in found if each[1] == NEWS] == expected
    return True


async def replay(park: ParkInUpgrade, name: str) -> None:
    """`events replay`, where the news were parked."""
    bus = RabbitBus(park.amqp_url)
    async with ground_of(park, name) as ground:
        found = await operations.replay(ground.database, bus, service=name)
    await bus.close()
    assert found.parked == 1, found


@asynccontextmanager
async def ground_of(park: ParkInUpgrade, name: str) -> AsyncIterator[Ground]:
    """What a command of this release stands on."""
    made = service(name)
    keys = park.home / "keys"
    settings = made.settings(
        database_url=park.urls[name], oidc_issuer=park.issuer.address, keys_dir=keys
    )
    ground = made.ground(settings)
    try:
        yield ground
    finally:
        await ground.database.close()


@asynccontextmanager
async def somebody_reads(url: str, table: str) -> AsyncIterator[None]:
    """In one transaction, as a backup or a report does."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute(f"LOCK TABLE {table} IN ACCESS SHARE MODE")
            yield
    finally:
        await connection.close()
