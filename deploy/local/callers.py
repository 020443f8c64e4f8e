"""People and devices as HTTP clients: what they ask, what they expect, what they got instead.

Rule: public HTTP alone. Nothing here knows a table, a session or a service's module.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import uuid4

import httpx

T = TypeVar("T")
Json = dict[str, Any]
Params = Mapping[str, str | int]

PATIENCE_SECONDS = float(os.environ.get("PARVIS_DAY_PATIENCE_SECONDS", "45"))
PAUSE_SECONDS = 0.05
NOT_YET = {"not_listed", "zone_not_yet_known", "no_such_tenant", "no_such_zone", "no_such_person"}
"""Refusals of a service that has not heard yet what another one has announced."""


class Surprise(Exception):
    """Something else happened than the story expects."""


@dataclass(frozen=True)
class Addresses:
    """Where each service is reached; behind one gateway or apart."""

    access: str
    visitors: str
    booking: str

    @classmethod
    def behind(cls, gateway: str) -> "Addresses":
        return cls(f"{gateway}/access", f"{gateway}/visitors", f"{gateway}/booking")


@dataclass(frozen=True)
class Caller:
    """One person or device, calling one service after another."""

    name: str
    client: httpx.AsyncClient
    headers: Mapping[str, str] = field(default_factory=dict)

    async def get(
        self,
        url: str,
        params: Params | None = None,
        *,
        expect: int = 200,
        patient: bool = False,
    ) -> Json:
        """`patient`: ask again while the service has not heard of the caller or the thing yet."""
        return await self._json("GET", url, expect=expect, patient=patient, params=params)

    async def post(
        self,
        url: str,
        body: object = None,
        *,
        expect: int = 200,
        once: bool = False,
        patient: bool = False,
    ) -> Json:
        """`once` sends an Idempotency-Key, as a phone does."""
        headers = {"Idempotency-Key": str(uuid4())} if once else {}
        return await self._json(
            "POST", url, expect=expect, patient=patient, json=body, headers=headers
        )

    async def put(
        self, url: str, body: object, *, expect: int = 200, patient: bool = False
    ) -> Json:
        return await self._json("PUT", url, expect=expect, patient=patient, json=body)

    async def delete(self, url: str) -> None:
        await self._json("DELETE", url, expect=204, patient=False)

    async def picture(self, url: str) -> bytes:
        """A picture, as PNG."""
        answer = await self._answer("GET", url, headers={"Accept": "image/png"})
        return self._expected(answer, expect=200).content

    async def every(
        self, url: str, params: Params | None = None, *, patient: bool = False
    ) -> AsyncIterator[Json]:
        """All items of a list, page by page."""
        cursor: str | None = None
        while True:
            asked = {**(params or {}), **({"cursor": cursor} if cursor else {})}
            page = await self.get(url, asked, patient=patient)
            for item in page["items"]:
                yield item
            cursor = page.get("next")
            if cursor is None:
                return

    async def _json(
        self, method: str, url: str, *, expect: int, patient: bool, **sent: Any
    ) -> Json:
        end = time.monotonic() + (PATIENCE_SECONDS if patient else 0)
        while True:
            answer = await self._answer(method, url, **sent)
            if time.monotonic() > end or not _has_not_heard_yet(answer):
                break
            await asyncio.sleep(PAUSE_SECONDS)
        self._expected(answer, expect=expect)
        body: Json = answer.json() if answer.content else {}
        return body

    async def _answer(self, method: str, url: str, **sent: Any) -> httpx.Response:
        headers = {**self.headers, **sent.pop("headers", {})}
        try:
            return await self.client.request(method, url, headers=headers, **sent)
        except httpx.HTTPError as error:
            raise Surprise(
                f"{self.name}: {method} {url}: {type(error).__name__} {error}"
            ) from error

    def _expected(self, answer: httpx.Response, *, expect: int) -> httpx.Response:
        if answer.status_code != expect:
            asked = f"{answer.request.method} {answer.request.url}"
            raise Surprise(
                f"{self.name}: {asked}: expected {expect}, "
                f"got {answer.status_code} {answer.text[:500]}"
            )
        return answer


def _has_not_heard_yet(answer: httpx.Response) -> bool:
    if answer.is_success or "json" not in answer.headers.get("content-type", ""):
        return False
    return answer.json().get("code") in NOT_YET


async def until(
    look: Callable[[], Awaitable[T | None]], *, what: str, patience: float = PATIENCE_SECONDS
) -> T:
    """Look again and again until there is something; a `Surprise` when patience ends.

    The services agree with each other after a moment, not at once: a reader has to look twice.
    """
    end = time.monotonic() + patience
    while True:
        found = await look()
        if found is not None:
            return found
        if time.monotonic() > end:
            raise Surprise(f"expected within {patience:.0f} s: {what}")
        await asyncio.sleep(PAUSE_SECONDS)
