"""Whatever the issuer's address answers: a refusal within seconds, and one fetch for all."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from deploy.local.issuer import new_issuer
from shared.identity.issuer_keys import LARGEST_DOCUMENT, IssuerKeys, KeysAway, TokenNotAccepted
from shared.settings import ServiceSettings

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]
GOOD = new_issuer("https://id.example")


@asynccontextmanager
async def answering(
    answer: Answer, *, path: str = "/jwks", patience: float = 5, **said: Any
) -> AsyncIterator[IssuerKeys]:
    """The keys of an issuer whose every connection gets this answer; `said`: other settings."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await answer(writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    address = "http://127.0.0.1:{}".format(*server.sockets[0].getsockname()[1:])
    settings = ServiceSettings(
        database_url="postgresql://none",
        oidc_issuer=address,
        jwks_url=address + path if path else None,
        **said,
    )
    try:
        yield IssuerKeys(settings, patience=patience)
    finally:
        server.close()


def saying(body: bytes, *, status: str = "200 OK", headers: str = "") -> Answer:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {status}\r\n{headers}content-length: {len(body)}\r\n\r\n".encode())
        writer.write(body)
        await writer.drain()

    return answer


def keys(*entries: Any) -> bytes:
    return json.dumps({"keys": entries}).encode()


ONE = GOOD.jwks()["keys"][0]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no",
        b"\xff",
        b"null",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"keys": 5}',
        keys(),
        keys(1, None, "a", []),
    ],
)
async def test_nonsense_in_place_of_keys_is_no_keys(body: bytes) -> None:
    async with answering(saying(body)) as issuer_keys:
        with pytest.raises(KeysAway):
            await issuer_keys.key(GOOD.kid)


BROKEN = [
    {"kid": "a", "kty": "RSA"},
    {"kid": "b", "kty": "RSA", "n": 5, "e": []},
    {"kid": "c", "kty": "EC", "crv": "P-256", "x": 1, "y": None},
    {"kid": "d", "kty": "EC", "crv": "P-384", "x": ONE["x"], "y": ONE["y"]},
    {"kid": "e", "kty": "OKP", "crv": "X25519", "x": ONE["x"]},
    {"kid": "f", "kty": "oct", "k": "c2VjcmV0"},
    {"kid": ["g"], "kty": {}},
    None,
]


async def test_a_broken_key_spoils_no_other() -> None:
    async with answering(saying(keys(*BROKEN, ONE))) as issuer_keys:
        assert (await issuer_keys.key(GOOD.kid)).algorithm_name == "ES256"
        for kid in "abcdefg":
            with pytest.raises(TokenNotAccepted):
                await issuer_keys.key(kid)


async def test_a_redirection_is_not_followed() -> None:
    moved = saying(keys(ONE), status="302 Found", headers="location: /elsewhere\r\n")
    async with answering(moved) as issuer_keys:
        with pytest.raises(KeysAway):
            await issuer_keys.key(GOOD.kid)


async def test_a_document_without_end_is_not_held() -> None:
    written = 0

    async def without_end(writer: asyncio.StreamWriter) -> None:
        nonlocal written
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n[")
        while written < 64 * LARGEST_DOCUMENT:
            writer.write(b" " * 65536)
            written += 65536
            await writer.drain()

    async with answering(without_end) as issuer_keys:
        with pytest.raises(KeysAway):
            await issuer_keys.key(GOOD.kid)
    assert written < 16 * LARGEST_DOCUMENT


async def test_an_issuer_that_drips_holds_nobody_up() -> None:
    async def dripping(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)

    async with answering(dripping, patience=0.2) as issuer_keys:
        async with asyncio.timeout(3):
            with pytest.raises(KeysAway):
                await issuer_keys.key(GOOD.kid)


async def test_whoever_comes_while_keys_are_fetched_waits_for_them() -> None:
    asked = 0
    may_answer = asyncio.Event()

    async def slow(writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        await may_answer.wait()
        await saying(keys(ONE))(writer)

    async with answering(slow) as issuer_keys:
        callers = [asyncio.create_task(issuer_keys.key(GOOD.kid)) for _ in range(5)]
        await asyncio.sleep(0)
        callers[0].cancel()  # the first to come leaves; the others still get their answer
        may_answer.set()
        found = await asyncio.gather(*callers[1:])
    assert {each.key_id for each in found} == {GOOD.kid}
    assert asked == 1


@pytest.mark.parametrize(
    "document",
    [
        {},
        [],
        {"issuer": "https://id.example", "jwks_uri": "http://127.0.0.1:9/jwks"},
        {"issuer": "HERE", "jwks_uri": "http://[nonsense"},
        {"issuer": "HERE", "jwks_uri": "file:///etc/passwd"},
        {"issuer": "HERE", "jwks_uri": None},
    ],
)
async def test_a_discovery_that_leads_nowhere_is_no_keys(document: Any) -> None:
    here = ""

    async def answer(writer: asyncio.StreamWriter) -> None:
        text = json.dumps(document).replace("HERE", here)
        await saying(text.encode())(writer)

    async with answering(answer, path="") as issuer_keys:
        here = issuer_keys._issuer
        with pytest.raises(KeysAway):
            await issuer_keys.key(GOOD.kid)


async def test_keys_that_are_found_in_the_clear_are_taken_where_that_is_allowed() -> None:
    here = ""

    async def answer(writer: asyncio.StreamWriter) -> None:
        both = {"issuer": here, "jwks_uri": f"{here}/jwks", "keys": [ONE]}
        await saying(json.dumps(both).encode())(writer)

    async with answering(answer, path="", HOST="0.0.0.0", oidc_in_the_clear=True) as issuer_keys:
        here = issuer_keys._issuer
        assert (await issuer_keys.key(GOOD.kid)).key_id == GOOD.kid
