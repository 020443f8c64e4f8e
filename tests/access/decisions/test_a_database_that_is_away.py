"""Without its database access says at once that it cannot decide; the door decides by itself."""

import asyncio
from urllib.parse import urlsplit, urlunsplit

from deploy.local.issuer import Issuer
from deploy.local.postgres import free_port
from tests.access.conftest import opened
from tests.access.park import Park

LONGEST = 2.5
"""Seconds; the writer gives up after two."""


async def test_a_read_is_refused_in_time_where_nobody_answers(park: Park, issuer: Issuer) -> None:
    nowhere = urlsplit(park.ground.database.url)._replace(netloc=f"nobody@127.0.0.1:{free_port()}")
    async with opened(urlunsplit(nowhere), issuer) as alone, asyncio.timeout(LONGEST):
        alone.ids, alone.keys = park.ids, park.keys
        answer = await alone.ask("lobby in", alone.a_read({"kind": "qr", "text": "any"}))
    assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
    assert answer.headers["retry-after"]


async def test_a_read_is_refused_in_time_where_the_database_hangs(
    park: Park, issuer: Issuer
) -> None:
    held: list[asyncio.StreamWriter] = []

    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)

    silent = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = silent.sockets[0].getsockname()[1]
    hanging = urlsplit(park.ground.database.url)._replace(netloc=f"nobody@127.0.0.1:{port}")
    async with silent, opened(urlunsplit(hanging), issuer) as alone:
        alone.ids, alone.keys = park.ids, park.keys
        async with asyncio.timeout(LONGEST):
            answer = await alone.ask("lobby in", alone.a_read({"kind": "qr", "text": "any"}))
        assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
        for writer in held:
            writer.transport.abort()
