"""Requests for what is somebody else's: how strangers send them, and what an answer gives away."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import httpx
import orjson

KEY = {"idempotency-key": "amals-own"}
"""By which the owner asked once."""


@dataclass(frozen=True)
class Asked:
    """One request, ready to be sent."""

    method: str
    path: str
    body: str | None
    params: dict[str, Any]
    headers: dict[str, str]

    @property
    def text(self) -> str:
        return f"{self.path} {self.body} {self.params}"

    async def by(
        self, http: httpx.AsyncClient, signed_in: dict[str, str], **headers: str
    ) -> httpx.Response:
        return await http.request(
            self.method,
            self.path,
            content=self.body,
            params=self.params,
            headers={"content-type": "application/json"} | self.headers | headers | signed_in,
        )

    def of_nothing(self, ids: set[str]) -> tuple["Asked", dict[str, str]]:
        """The same of things that never were, and which of them stands for which of these."""
        text = orjson.dumps([self.path, self.body, self.params]).decode()
        fresh = {each: str(uuid4()) for each in ids if each in text}
        path, body, params = orjson.loads(in_place_of(fresh, text))
        return replace(self, path=path, body=body, params=params), fresh


def in_place_of(those: Mapping[str, str], text: str) -> str:
    """The text with each of those replaced by what stands for it."""
    for each, other in those.items():
        text = text.replace(each, other)
    return text


def conditions(asked: Asked, tags: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """With the tag that the owner was told, with any, with a wrong one, with the owner's key."""
    tag = next((its for each, its in tags.items() if each in asked.path), '"1"')
    yield {}
    if asked.method == "GET":
        yield from ({"if-none-match": tag}, {"if-none-match": "*"})
    else:
        yield from ({"if-match": tag}, {"if-match": '"99"'}, {"if-match": "*"}, KEY)


def tells(answer: httpx.Response, words: set[str], *, asked: Asked) -> set[str]:
    """What of the owner's it says, beside what it was asked with."""
    said = answer.text + str(answer.headers)
    return {word for word in words if word in said and word not in asked.text}
