"""Passwords of database and broker change while events flow: nothing is lost or doubled."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults.conftest import a_park, all_is_well, some_effects, under_load
from tests.support.eventually import eventually
from tests.support.faults import Park, create_tables
from tests.support.postgres import Databases, FreshDatabase
from tests.support.rabbitmq_server import Broker
from tests.support.rotation import RotatingRole, RotatingUser

pytestmark = pytest.mark.rabbit


@pytest.fixture
async def role(databases: Databases, tmp_path: Path) -> AsyncIterator[RotatingRole]:
    made = await RotatingRole.of(databases, folder=tmp_path)
    await create_tables(made.address("first"))
    yield made
    await made.remove()


@pytest.fixture
def user(broker: Broker, vhost: str, tmp_path: Path) -> RotatingUser:
    return RotatingUser(tmp_path / "parvis_amqp_url", broker=broker, vhost=vhost)


@pytest.fixture
async def park(
    role: RotatingRole, user: RotatingUser, fresh_database: FreshDatabase
) -> AsyncIterator[Park]:
    """Access on the role and visitors on a database of its own, both as the user of the broker."""
    visitors = await fresh_database("visitors", create_tables)
    async with a_park(role.addresses, visitors, amqp=user.addresses) as park:
        yield park


async def test_both_passwords_are_changed_under_load(
    park: Park, role: RotatingRole, user: RotatingUser
) -> None:
    await park.start()
    async with under_load(park):
        await some_effects(park)
        await role.rotate(then=lambda: some_effects(park))
        await user.rotate(then=lambda: some_effects(park))
    await all_is_well(park)


async def test_who_is_refused_by_the_broker_waits_for_it(park: Park, user: RotatingUser) -> None:
    await park.start()
    async with under_load(park):
        await some_effects(park)
        await user.change("another")
        await user.cut()
        await eventually(lambda: not any(each.is_ready for each in park.running.values()))
        user.write("another")
        await some_effects(park)
    await all_is_well(park)
