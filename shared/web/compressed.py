"""Larger answers compressed (gzip, br) as `Accept-Encoding` asks; the small hot ones as they are.

What was looked up is compressed (GET), what was done is not: those answers are small, and hot.

One rule: a strong entity tag names bytes, so each coding has its own (`"3"`, `"3-gzip"`, `"3-br"`);
what comes back in `If-Match` and `If-None-Match` is read as the tag that the service gave.
"""

from __future__ import annotations

import asyncio
import gzip
import re
from dataclasses import dataclass, field
from functools import lru_cache

import brotli
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SMALLEST = 1024
"""Bytes from which on compressing is worth its while: less fits into one packet anyway."""
LARGEST_AT_ONCE = 256 * 1024
"""More is compressed beside the event loop; both parts let go of the interpreter's lock."""
READS = ("GET", "HEAD")
CODINGS = ("br", "gzip")
"""What is offered, the better first."""
_COMPRESSIBLE = re.compile(r"text/(?!event-stream)|application/([\w.-]+\+)?json|image/svg\+xml")
_TAGS = (b"if-match", b"if-none-match")
_CODED = re.compile(rb'-(?:br|gzip)"')


class Compressed:
    """ASGI middleware around the routes. Streams, and what forbids it, are left as they are."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = _Asked()
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                asked.codings += [value.decode("latin-1")]
            elif name in _TAGS and _CODED.search(value):
                asked.tags = value.decode("latin-1")
        if asked.tags:
            headers = [_without_coding(*header) for header in scope["headers"]]
            scope = {**scope, "headers": headers}
        is_read = scope["method"] in READS
        await self._app(scope, receive, _Answer(asked, send).send if is_read else send)


@dataclass
class _Asked:
    """What the request says of codings."""

    codings: list[str] = field(default_factory=list)
    tags: str = ""


class _Answer:
    """Holds back the head of an answer that can be compressed until its body is there."""

    def __init__(self, asked: _Asked, send: Send) -> None:
        self._asked, self._send = asked, send
        self._head: Message | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._begin(message)
        elif self._head is not None and message["type"] == "http.response.body":
            head, self._head = self._head, None
            await self._send_both(head, message)
        else:
            await self._send(message)

    async def _begin(self, head: Message) -> None:
        if head["status"] == 304:
            _name_as_asked(MutableHeaders(raw=head["headers"]), self._asked.tags)
        if _can_be_compressed(Headers(raw=head["headers"])):
            MutableHeaders(raw=head["headers"]).add_vary_header("Accept-Encoding")
            self._head = head
        else:
            await self._send(head)

    async def _send_both(self, head: Message, body: Message) -> None:
        coding = coding_of(",".join(self._asked.codings))
        if coding and not body.get("more_body"):
            content = await _compress(body["body"], coding)
            headers = MutableHeaders(raw=head["headers"])
            headers["content-encoding"] = coding
            headers["content-length"] = str(len(content))
            if (tag := headers.get("etag", "")).startswith('"'):
                headers["etag"] = f'{tag[:-1]}-{coding}"'
            body = {**body, "body": content}
        await self._send(head)
        await self._send(body)


@lru_cache(maxsize=256)
def coding_of(accepted: str) -> str | None:
    """Which coding `Accept-Encoding` prefers (RFC 9110, 12.5.3); None: as it is.

    Among equals the better one; as it is only where that is wanted more, or nothing else accepted.
    """
    weights = dict(_weighed(part) for part in accepted.lower().split(",") if part.strip())
    rest = weights.get("*", 0.0)
    weighed = [(weights.get(coding, rest), coding) for coding in CODINGS]
    weight, best = max(weighed, key=lambda one: one[0])
    return best if weight > 0 and weight >= weights.get("identity", 0.0) else None


def _weighed(part: str) -> tuple[str, float]:
    coding, _, parameter = part.partition(";")
    name, _, value = parameter.replace(" ", "").partition("=")
    try:
        weight = min(max(float(value), 0.0), 1.0) if name == "q" else 1.0
    except ValueError:
        weight = 0.0
    return coding.strip().removeprefix("x-"), weight


def _can_be_compressed(headers: Headers) -> bool:
    """Whether it is large, of a kind that shrinks, and not encoded yet; of a stream no length is
    known. What must not be stored is secret, and its length shall not tell of it.
    """
    return (
        int(headers.get("content-length", 0)) >= SMALLEST
        and _COMPRESSIBLE.match(headers.get("content-type", "")) is not None
        and "content-encoding" not in headers
        and "no-store" not in headers.get("cache-control", "")
    )


async def _compress(body: bytes, coding: str) -> bytes:
    work = _BY_CODING[coding]
    return work(body) if len(body) <= LARGEST_AT_ONCE else await asyncio.to_thread(work, body)


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=4, mtime=0)  # no time in it: same body, same bytes


def _br(body: bytes) -> bytes:
    compressed: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=4)
    return compressed


_BY_CODING = {"gzip": _gzip, "br": _br}


def _without_coding(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    return name, _CODED.sub(b'"', value) if name in _TAGS else value


def _name_as_asked(headers: MutableHeaders, tags: str) -> None:
    """Names what the caller holds by the tag they have it under."""
    headers.add_vary_header("Accept-Encoding")
    for tag in (each.strip() for each in tags.split(",")):
        if re.sub(r'-(?:br|gzip)"$', '"', tag).removeprefix("W/") == headers.get("etag"):
            headers["etag"] = tag
