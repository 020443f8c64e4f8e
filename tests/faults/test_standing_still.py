"""SIGSTOP: a process that neither works nor dies is replaced, and does no harm when it wakes up."""

import signal
from uuid import uuid4

import pytest

from tests.faults.conftest import all_is_well
from tests.support.eventually import eventually
from tests.support.fault_process import Process
from tests.support.faults import Park, ids

pytestmark = pytest.mark.rabbit


async def test_a_relay_that_stands_still_loses_its_place_and_wakes_up_harmlessly(
    rabbit_park: Park, amqp_url: str
) -> None:
    await rabbit_park.start("visitors")
    stopped = Process("access", rabbit_park, amqp=amqp_url, stop_at="after_claim:2")
    await rabbit_park.tell(uuid4())
    await eventually(rabbit_park.effects, within=20)
    await rabbit_park.tell(*ids(5))
    await eventually(stopped.stands_still, within=20)
    await rabbit_park.start("access")
    await rabbit_park.tell(*ids(5))

    async def the_other_has_taken_over() -> bool:
        return await rabbit_park.outbox() == 0

    await eventually(the_other_has_taken_over, within=20)
    stopped.popen.send_signal(signal.SIGCONT)
    await rabbit_park.tell(*ids(5))
    assert (await all_is_well(rabbit_park))["facts"] == 16
    await stopped.kill()


async def test_a_worker_that_stands_still_in_a_reaction_is_replaced_and_wakes_up_harmlessly(
    rabbit_park: Park, amqp_url: str
) -> None:
    stopped = Process("visitors", rabbit_park, amqp=amqp_url, stop_at="in_reaction:2")
    await rabbit_park.start("access")
    await rabbit_park.tell(first := uuid4())
    await eventually(lambda: rabbit_park.effects(first), within=20)
    await rabbit_park.tell(*ids(5))
    await eventually(stopped.stands_still, within=20)
    await rabbit_park.start("visitors")
    await rabbit_park.tell(*(later := ids(5)))
    await eventually(lambda: rabbit_park.effects(later[0]), within=40)
    stopped.popen.send_signal(signal.SIGCONT)
    await rabbit_park.tell(*ids(5))
    assert (await all_is_well(rabbit_park, within=40))["facts"] == 16
    await stopped.kill()
