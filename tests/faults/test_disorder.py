"""Messages that come twice, late, shuffled, over several connections."""

import asyncio
import random

import pytest

from shared.messaging.rabbit import RabbitBus
from shared.messaging.wire import message_of
from tests.support.eventually import eventually
from tests.support.faults import QUICK, Park, ids, rows_of


@pytest.mark.rabbit
async def test_duplicates_shuffled_over_connections_have_one_effect_each(
    rabbit_park: Park, amqp_url: str, round_: int
) -> None:
    tenants = ids(5)
    for _ in range(4):
        await rabbit_park.tell(*tenants)
    rows = await rows_of(rabbit_park.access.url, "SELECT * FROM outbox")
    messages = [message_of(row, service="access") for row in rows]
    buses = [RabbitBus(amqp_url, settings=QUICK) for _ in range(3)]
    await buses[0].declare("visitors")
    await rabbit_park.start("visitors")

    async def publish_all(bus: RabbitBus, seed: int) -> None:
        shuffled = random.Random(seed).sample(messages, len(messages))
        for message in shuffled:
            await bus.publish(message)

    await asyncio.gather(
        *(publish_all(bus, seed) for seed, bus in enumerate(buses, start=10 * round_))
    )
    await rabbit_park.start("access")

    async def all_heard() -> bool:
        return len(await rabbit_park.effects()) >= 20 and await rabbit_park.outbox() == 0

    await eventually(all_heard)
    done = await rabbit_park.inbox("done")
    effects = await rows_of(rabbit_park.visitors.url, "SELECT event_id FROM effects")
    assert len(effects) == len({row["event_id"] for row in effects}) == len(done) == 20
    for bus in buses:
        await bus.close()


@pytest.mark.rabbit
async def test_under_load_many_share_a_commit_and_poison_among_them_harms_nobody(
    rabbit_park: Park,
) -> None:
    # On a busy machine a batch of good ones takes long, too.
    rabbit_park.settings = QUICK.model_copy(update={"batch_timeout": 2.0})
    await rabbit_park.start("access")
    good = ids(80)
    for nth, tenant_id in enumerate(good):
        await rabbit_park.tell(tenant_id)
        if nth == 40:
            await rabbit_park.tell(*ids(1), name="poison")
            await rabbit_park.tell(*ids(1), name="never ends")

    async def all_is_said() -> bool:
        return await rabbit_park.outbox() == 0

    await eventually(all_is_said)
    await rabbit_park.start("visitors")

    async def all_is_heard() -> bool:
        return len(await rabbit_park.effects()) == 80 and len(await both_parked()) == 2

    async def both_parked() -> list[object]:
        return list(await rabbit_park.inbox("parked"))

    await eventually(all_is_heard)
    commits = await rows_of(
        rabbit_park.visitors.url, "SELECT count(DISTINCT xmin::text) FROM effects"
    )
    assert commits[0][0] < 60
