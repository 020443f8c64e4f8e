"""The world outside, as one proxy on loopback: whichever vendor is asked for, one endpoint answers.

What is tested speaks to the vendors' own names, with TLS and their certificates verified: their
authority is one of the test's own, as the environment says.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.visitors.webhooks.endpoint import LOOPBACK, Endpoint, certificate

TEAMS_HOST = "prod-12.westeurope.logic.azure.com"
HOSTS = ("hooks.slack.com", TEAMS_HOST, "api.twilio.com", "x1y2z3.api.infobip.com")


@asynccontextmanager
async def the_vendors(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Endpoint]:
    """All vendors; what they are asked is in `requests`, how they answer is theirs to set."""
    endpoint = Endpoint()

    async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0].decode()
        host = line.removeprefix("CONNECT ").partition(":")[0]
        if host not in HOSTS:
            writer.close()
            return
        there, back = await asyncio.open_connection(LOOPBACK, endpoint.port)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await asyncio.gather(_carry(reader, back), _carry(there, writer))

    with TemporaryDirectory() as folder:
        path = certificate(Path(folder), *HOSTS)
        serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        serving.load_cert_chain(path)
        inside = await asyncio.start_server(endpoint.talk, LOOPBACK, 0, ssl=serving)
        endpoint.port = inside.sockets[0].getsockname()[1]
        outside = await asyncio.start_server(tunnel, LOOPBACK, 0)
        port = outside.sockets[0].getsockname()[1]
        monkeypatch.setenv("HTTPS_PROXY", f"http://{LOOPBACK}:{port}")
        monkeypatch.setenv("NO_PROXY", "")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
        try:
            yield endpoint
        finally:
            endpoint.may_answer.set()
            inside.close()
            outside.close()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while read := await reader.read(65_536):
            writer.write(read)
            await writer.drain()
    writer.close()
