"""SIGKILL at every step between the commit and the acknowledgement."""

from uuid import uuid4

import pytest

from tests.faults.conftest import all_is_well
from tests.support.eventually import eventually
from tests.support.fault_process import Process
from tests.support.faults import Park, ids, rows_of

RELAY = ("after_claim", "after_publish", "after_confirm")
REACTION = ("in_reaction", "after_reaction", "before_ack")


@pytest.mark.rabbit
async def test_a_relay_killed_at_any_step_loses_and_doubles_nothing(
    rabbit_park: Park, amqp_url: str
) -> None:
    await rabbit_park.start("visitors")
    for point in RELAY:
        process = Process("access", rabbit_park, amqp=amqp_url, crash_at=point)
        await rabbit_park.tell(*ids(5))
        assert await process.ended() == -9, point
    await rabbit_park.start("access")
    assert (await all_is_well(rabbit_park))["facts"] == 15


@pytest.mark.rabbit
async def test_a_worker_killed_at_any_step_of_a_reaction_loses_and_doubles_nothing(
    rabbit_park: Park, amqp_url: str
) -> None:
    await rabbit_park.start("access")
    for point in REACTION:
        process = Process("visitors", rabbit_park, amqp=amqp_url, crash_at=f"{point}:2")
        await rabbit_park.tell(*ids(5))
        assert await process.ended() == -9, point
    await rabbit_park.start("visitors")
    assert (await all_is_well(rabbit_park))["facts"] == 15


async def test_the_embedded_process_killed_at_any_step_loses_and_doubles_nothing(
    memory_park: Park,
) -> None:
    for point in (*RELAY, *REACTION[:2]):
        process = Process("embedded", memory_park, amqp=None, crash_at=point)
        await memory_park.tell(*ids(3))
        assert await process.ended() == -9, point
    await memory_park.start()
    assert (await all_is_well(memory_park))["facts"] == 15


async def test_killed_before_the_commit_nothing_was_said_after_it_everything(
    memory_park: Park,
) -> None:
    before, after = ids(2)
    for tenant_id, point in ((before, "before_commit"), (after, "after_commit")):
        process = Process(f"tell {tenant_id}", memory_park, amqp=None, crash_at=point)
        assert await process.ended() == -9, point
    told = await rows_of(memory_park.access.url, "SELECT subject FROM outbox")
    assert [row["subject"] for row in told] == [f"tenant/{after}"]
    await memory_park.start()
    assert (await all_is_well(memory_park))["effects"] == 1


@pytest.mark.rabbit
async def test_a_worker_that_stands_by_takes_over_from_one_that_is_killed(
    rabbit_park: Park, amqp_url: str
) -> None:
    process = Process("visitors", rabbit_park, amqp=amqp_url)
    await rabbit_park.start("access")
    await rabbit_park.tell(uuid4())
    await eventually(lambda: rabbit_park.effects(), within=20)
    await rabbit_park.start("visitors")
    await eventually(lambda: rabbit_park.running["visitors"].is_ready)
    await rabbit_park.tell(*ids(10))
    await process.kill()
    await rabbit_park.tell(*ids(10))
    assert (await all_is_well(rabbit_park))["facts"] == 21
