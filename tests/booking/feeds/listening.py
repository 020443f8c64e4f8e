"""Somebody who listens to their feed over a real port."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson


@dataclass
class Told:
    """One event."""

    name: str
    data: Any
    event_id: str | None


@dataclass
class Feed:
    """What was heard, as it comes."""

    answer: httpx.Response
    _lines: AsyncIterator[str]
    comments: list[str] = field(default_factory=list)

    async def next(self) -> Told:
        """The next event. Raises `StopAsyncIteration` where the feed has ended."""
        seen: dict[str, str] = {}
        async with asyncio.timeout(15):
            while True:
                line = await anext(self._lines)
                if line.startswith(":"):
                    self.comments.append(line)
                elif line:
                    name, _, value = line.partition(": ")
                    seen[name] = value
                elif "data" in seen:
                    return Told(seen["event"], orjson.loads(seen["data"]), seen.get("id"))

    async def until_the_end(self) -> list[Told]:
        """What still comes."""
        rest = []
        while True:
            try:
                rest.append(await self.next())
            except StopAsyncIteration:
                return rest


@asynccontextmanager
async def listening(
    url: str, headers: dict[str, str], *, path: str = "/v1/bookings/feed", **params: str
) -> AsyncIterator[Feed]:
    async with (
        httpx.AsyncClient(base_url=url, timeout=20) as http,
        http.stream("GET", path, headers=headers, params=params) as answer,
    ):
        assert answer.status_code == 200, await answer.aread()
        yield Feed(answer, answer.aiter_lines())
