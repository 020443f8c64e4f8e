"""A relay at rest is woken by whoever announces, and nobody notifies while it looks by itself.

The poll beneath is too far away to help: whoever is forgotten is never heard.
"""

import asyncio
from collections.abc import Iterable
from uuid import UUID, uuid4

import asyncpg
import pytest

from shared.events.directory import TenantListed
from shared.messaging.outbox import announce, write_announcements
from shared.messaging.rest import ANNOUNCING_LOCK, OUTBOX_CHANNEL
from tests.support.eventually import eventually
from tests.support.faults import QUICK, Park, ids, rows_of, tenant

NEVER = 600.0
RESTING = """
SELECT pid FROM pg_locks JOIN pg_database AS d ON d.oid = database
WHERE datname = current_database() AND locktype = 'advisory' AND objid = $1
    AND mode = 'ExclusiveLock' AND granted
"""


@pytest.fixture
def amqp_or_memory() -> None:
    return None


@pytest.fixture
def park(park: Park) -> Park:
    park.settings = QUICK.model_copy(update={"relay_poll": NEVER})
    return park


async def rests(park: Park) -> bool:
    return bool(await rows_of(park.access.url, RESTING, ANNOUNCING_LOCK))


async def heard(park: Park, tenant_ids: Iterable[UUID]) -> None:
    async def all_of_them() -> bool:
        known = await rows_of(park.visitors.url, "SELECT DISTINCT subject FROM effects")
        return {f"tenant/{each}" for each in tenant_ids} <= {row["subject"] for row in known}

    await eventually(all_of_them, within=20)


async def test_whoever_announces_wakes_it_time_after_time(park: Park) -> None:
    await park.start()
    for tenant_id in ids(5):
        await eventually(lambda: rests(park))
        await park.tell(tenant_id)
        await heard(park, [tenant_id])


async def test_whoever_is_in_the_middle_of_announcing_keeps_it_from_resting(park: Park) -> None:
    await park.tell(first := uuid4())
    async with park.access.transaction() as session:
        announce(session, TenantListed(tenant=tenant(late := uuid4())))
        await write_announcements(session)
        await park.start()
        await heard(park, [first])
        assert not await rests(park)
    await heard(park, [late])
    await eventually(lambda: rests(park))


async def test_of_many_who_announce_at_once_nobody_is_forgotten(park: Park) -> None:
    await park.start()

    async def one_after_the_other(tenant_ids: list[UUID]) -> None:
        for nth, tenant_id in enumerate(tenant_ids):
            if nth % 5 == 0:
                await eventually(lambda: rests(park), within=20)
            await park.tell(tenant_id)

    tellers = [ids(40) for _ in range(4)]
    await asyncio.gather(*map(one_after_the_other, tellers))
    await heard(park, [each for told in tellers for each in told])


async def test_where_no_relay_rests_nobody_notifies(park: Park) -> None:
    notified: asyncio.Queue[str] = asyncio.Queue()
    listener = await asyncpg.connect(park.access.url, timeout=5)
    try:
        await listener.add_listener(OUTBOX_CHANNEL, lambda *told: notified.put_nowait(told[-1]))
        await park.tell(uuid4())
        await rows_of(park.access.url, "SELECT pg_notify($1, 'by the test')", OUTBOX_CHANNEL)
        assert await notified.get() == "by the test"
    finally:
        await listener.close()


async def test_a_relay_that_is_cut_off_in_its_rest_rests_again_and_is_woken(park: Park) -> None:
    await park.start()
    await eventually(lambda: rests(park))
    await rows_of(
        park.access.url,
        f"SELECT pg_terminate_backend(pid) FROM ({RESTING}) AS resting",
        ANNOUNCING_LOCK,
    )
    await park.tell(tenant_id := uuid4())
    await heard(park, [tenant_id])
    await eventually(lambda: rests(park))


async def test_of_two_relays_one_rests_and_the_other_takes_its_place(park: Park) -> None:
    park.settings = QUICK
    await park.start("visitors", "access")
    await eventually(lambda: rests(park))
    first = park.running.pop("access")
    await park.start("access")
    await park.tell(*(some := ids(3)))
    await heard(park, some)
    await first.stop()
    await park.tell(*(others := ids(3)))
    await heard(park, others)
    await eventually(lambda: rests(park))
