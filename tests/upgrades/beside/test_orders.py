"""Each order in which three services can be upgraded, with a whole day at every step; then back."""

from __future__ import annotations

import tempfile
from itertools import permutations
from pathlib import Path

import pytest

from deploy.local.day import play
from deploy.local.issuer import Issuer
from tests.support.postgres import FreshDatabase
from tests.support.processes import SERVICES
from tests.upgrades.beside.judging import all_is_heard
from tests.upgrades.beside.park import park_in_upgrade
from tests.upgrades.beside.upgrade import begun

pytestmark = [pytest.mark.rabbit, pytest.mark.long, pytest.mark.timeout(1800)]
ORDERS = list(permutations(SERVICES))


@pytest.mark.parametrize("order", ORDERS, ids=" ".join)
async def test_days_go_on_in_whatever_order_services_are_upgraded_and_taken_back(
    order: tuple[str, ...],
    last_release: Path,
    fresh_database: FreshDatabase,
    amqp_url: str,
    issuer: Issuer,
) -> None:
    urls = {name: await fresh_database(name) for name in SERVICES}
    with tempfile.TemporaryDirectory(prefix="parvis-upgrade-") as home:
        async with park_in_upgrade(
            last_release, Path(home), urls=urls, amqp_url=amqp_url, issuer=issuer
        ) as park:
            upgrade = await begun(park)
            await upgrade.story.come_in()
            for name in order:
                async with upgrade.phones.all_the_while():
                    await park.migrate(name)
                    await upgrade.bring(name)
                await play(upgrade.stage)
                await upgrade.leave_behind(name)
            await upgrade.story.leave()
            await upgrade.story.give_the_room_back()
            for name in order:
                async with upgrade.phones.all_the_while():
                    await upgrade.go_back(name)
            await play(upgrade.stage)
            await all_is_heard(park.urls)
            assert park.gateway.answers.errors == []
