"""A park in the middle of an upgrade: processes of the last release and of this one, side by side,
on the same databases and the same broker.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx
from alembic import command

from deploy.local.day import Stage
from deploy.local.issuer import Issuer
from deploy.services import service
from shared.keys import make_key
from shared.migrate import config_of, migrate
from tests.support.processes import BOOTSTRAP, SERVICES, Process, a_stage, environment_of
from tests.upgrades.beside.gateway import AT, Gateway
from tests.upgrades.release import released


@dataclass
class ParkInUpgrade:
    """Who runs, who is asked."""

    last: Path
    """The sources of the last release."""
    home: Path
    urls: Mapping[str, str]
    amqp_url: str
    issuer: Issuer
    client: httpx.AsyncClient
    gateway: Gateway
    running: list[Process] = field(default_factory=list)

    def process(self, name: str, *, is_new: bool) -> Process:
        environment = environment_of(
            home=self.home, url=self.urls[name], amqp_url=self.amqp_url, issuer=self.issuer
        )
        log = self.home / f"{name}.{'this' if is_new else 'last'}.log"
        return Process(name, environment, log, tree=None if is_new else self.last)

    async def start(self, name: str, *part: str, is_new: bool) -> Process:
        """`serve`, `work` or, without either, both; ready, and asked if it serves."""
        process = self.process(name, is_new=is_new)
        process.start(*part)
        self.running.append(process)
        await process.is_ready()
        if part != ("work",):
            self.gateway.put_on(process)
        return process

    async def end(self, process: Process) -> None:
        """In order, as an orchestrator does."""
        await self.gateway.take_off(process)
        self.running.remove(process)
        assert await asyncio.to_thread(process.stop) == 0, process.log.read_text()[-3000:]

    async def migrate(self, name: str) -> None:
        """To the schema of this code."""
        await asyncio.to_thread(migrate, name, url=self.urls[name])

    async def open(self) -> Stage:
        """The example park, listed by whatever runs."""
        await asyncio.to_thread(self.process("access", is_new=False).run, *BOOTSTRAP)
        mail = self.home / "mail"
        return await a_stage(AT, issuer=self.issuer, mail=mail, client=self.client, keys={})


OF_A_LATER_RELEASE = "of_a_later_release"
_SAY_MORE = f"""
CREATE FUNCTION say_more() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE more constant jsonb = '{{"{OF_A_LATER_RELEASE}": true}}';
BEGIN
    NEW.body = more || (
        SELECT jsonb_object_agg(
            key, CASE jsonb_typeof(value) WHEN 'object' THEN value || more ELSE value END
        ) FROM jsonb_each(NEW.body::jsonb)
    );
    RETURN NEW;
END $$;
CREATE TRIGGER say_more BEFORE INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION say_more()
"""


def schema_of_the_last_release(name: str, url: str) -> None:
    command.upgrade(config_of(name, url=url), released()["heads"][name])


async def say_more(url: str) -> None:
    """Each event of that database, whoever says it, gets fields that nobody knows yet."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(_SAY_MORE)
    finally:
        await connection.close()


@asynccontextmanager
async def park_in_upgrade(
    last: Path, home: Path, *, urls: Mapping[str, str], amqp_url: str, issuer: Issuer
) -> AsyncIterator[ParkInUpgrade]:
    """With the schema of the last release; nothing runs yet, and nothing does after the block."""
    for name in SERVICES:
        for key in service(name).keys:
            make_key(home / "keys", key)
        await asyncio.to_thread(schema_of_the_last_release, name, urls[name])
        await say_more(urls[name])
    gateway = Gateway()
    async with httpx.AsyncClient(transport=gateway, timeout=30) as client:
        park = ParkInUpgrade(last, home, urls, amqp_url, issuer, client, gateway)
        try:
            yield park
        finally:
            for process in park.running:
                process.kill()
