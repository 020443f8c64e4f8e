"""Each service as a user with few rights: it works, and nobody can speak for another."""

from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from shared.events.directory import TenantListed
from shared.messaging.bus import BusUnavailable, Message
from shared.messaging.operations import replay
from shared.messaging.rabbit import RabbitBus
from shared.messaging.wire import message_of
from tests.support.eventually import eventually
from tests.support.faults import QUICK, Park, judge, rows_of
from tests.support.rabbitmq_server import Broker

pytestmark = pytest.mark.rabbit

SERVICES = ("access", "visitors", "booking")


@pytest.fixture
def amqp_or_memory(amqp_url: str) -> str:
    return amqp_url


@pytest.fixture
def users(broker: Broker, vhost: str) -> Iterator[dict[str, str]]:
    """Service -> its address as a user of its own, who may declare nothing."""
    for name in SERVICES:
        broker.ask("PUT", f"users/{name}", {"password": "s3cret", "tags": ""})
        broker.allow(
            name,
            vhost,
            configure="^$",
            write=rf"^{name}\.(events|dead|inbox)$",
            read=rf"^({name}\.(inbox|dead)|.*\.events)$",
        )
    yield {name: broker.url(vhost, user=name, password="s3cret") for name in SERVICES}
    for name in SERVICES:
        broker.ask("DELETE", f"users/{name}")


async def test_services_with_few_rights_work_once_the_deploy_step_has_declared(
    park: Park, users: dict[str, str], amqp_url: str
) -> None:
    deploy_step = RabbitBus(amqp_url, settings=QUICK)
    await deploy_step.declare("access")
    park.bus_of = {name: RabbitBus(users[name], settings=QUICK) for name in SERVICES}
    await park.start()
    await park.tell(uuid4(), uuid4())

    async def is_well() -> bool:
        return (await judge(park.access.url, park.visitors.url))["effects"] == 2

    await eventually(is_well)
    await park.stop()
    for bus in (*park.bus_of.values(), deploy_step):
        await bus.close()


async def test_nobody_publishes_where_another_service_speaks(
    park: Park, users: dict[str, str], amqp_url: str
) -> None:
    deploy_step = RabbitBus(amqp_url, settings=QUICK)
    await deploy_step.declare("access")
    booking = RabbitBus(users["booking"], settings=QUICK)
    with pytest.raises(BusUnavailable, match="ACCESS_REFUSED"):
        await booking.publish(Message("access.events", TenantListed.name, str(uuid4()), b"{}"))
    await booking.close()
    await deploy_step.close()
    assert urlsplit(users["booking"]).username == "booking"


async def test_a_message_whose_publisher_is_not_its_owner_is_put_with_the_dead(
    park: Park, users: dict[str, str], amqp_url: str
) -> None:
    await park.tell(uuid4())
    row = (await rows_of(park.access.url, "SELECT * FROM outbox"))[0]
    someone = RabbitBus(amqp_url, settings=QUICK)
    park.bus_of["visitors"] = visitors = RabbitBus(users["visitors"], settings=QUICK)
    await someone.declare("visitors")
    await park.start("visitors")
    await someone.publish(message_of(row, service="access"))

    async def has_died() -> bool:
        async with someone.dead("visitors") as dead:
            return [each.message.user_id for each in dead] == [someone.user]

    await eventually(has_died)
    replayed = await replay(park.visitors, visitors, service="visitors")
    assert (replayed.dead, replayed.still_dead) == (0, 1), "replaying does not make it true"
    await eventually(has_died)
    assert await park.inbox("done") == await park.inbox("waiting") == []
    assert await park.effects() == []
    await park.stop()
    await visitors.close()
    await someone.close()
