"""Endpoints that a phone may repeat: `Once` runs the work, or gives the answer that was given
before.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Header, Request, Response
from pydantic import BaseModel

from shared.errors import Malformed
from shared.identity.listed import Person
from shared.once import Answer, RepeatableRequest, answer_once
from shared.web.dependencies import Me, Session

LONGEST_KEY = 255
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=LONGEST_KEY,
        description="Any unique text; a repeated request with the same key takes effect once.",
    ),
]


class IdempotencyKeyEmpty(Malformed):
    """An Idempotency-Key must not be empty."""


Work = Callable[[], Awaitable[tuple[BaseModel | None, str | None]]]
"""Returns the body and the ETag, each if there is one."""


class RunOnce:
    """Runs a piece of work once per Idempotency-Key; without a key, each time."""

    def __init__(self, session: Session, request: RepeatableRequest | None) -> None:
        self._session = session
        self._request = request

    async def __call__(self, work: Work, *, status: int = 201) -> Response:
        """Raises what `answer_once` raises."""

        async def answer() -> Answer:
            body, etag = await work()
            text = body.model_dump_json(by_alias=True) if body else ""
            return Answer(status, text.encode(), etag)

        if self._request is None:
            given, is_repeated = await answer(), False
        else:
            given, is_repeated = await answer_once(self._session, self._request, answer)
        headers = {"etag": given.etag} if given.etag else {}
        if is_repeated:
            headers["idempotent-replayed"] = "true"
        media_type = "application/json" if given.body else None
        return Response(given.body, given.status, headers, media_type)


async def repeatable(request: Request, key: str, *, by: Person) -> RepeatableRequest:
    """The request as it is known again when it is repeated."""
    return RepeatableRequest(
        caller=str(by.person_id),
        method=request.method,
        path=request.scope["path"],  # `request.url` takes the whole address apart
        key=key,
        body=await request.body(),
    )


async def _once(request: Request, session: Session, me: Me, key: Key = None) -> RunOnce:
    if key is None:
        return RunOnce(session, None)
    if not key.strip():
        raise IdempotencyKeyEmpty
    return RunOnce(session, await repeatable(request, key, by=me))


Once = Annotated[RunOnce, Depends(_once)]
