"""Idempotency-Key: a request that a phone repeats takes effect once and gets the same answer.

Remembered per (caller, method, path), in the same transaction as the work, so answer and effect
exist together or not at all. See the IETF draft "The Idempotency-Key HTTP Header Field".
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    Column,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    func,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from shared.errors import Conflict, Malformed

KEPT_FOR = timedelta(hours=24)


class IdempotencyKeyReused(Malformed):
    """This Idempotency-Key was used for another request; make a new one."""


class RequestInFlight(Conflict):
    """The same request is being worked on at this moment; wait for its answer."""


def add_once_table(metadata: MetaData) -> Table:
    """The answers that a service remembers."""
    return Table(
        "remembered_answers",
        metadata,
        Column("key_digest", LargeBinary, primary_key=True),
        Column("body_digest", LargeBinary, nullable=False),
        Column("status", Integer, nullable=False),
        Column("body", LargeBinary, nullable=False),
        Column("etag", String),
        Column(
            "answered_at",
            DateTime(timezone=True),
            nullable=False,
            server_default=func.now(),
            index=True,
        ),
    )


answers = add_once_table(MetaData())


@dataclass(frozen=True)
class Answer:
    """What is sent back: a status, a JSON body, and perhaps an ETag."""

    status: int
    body: bytes
    etag: str | None = None


@dataclass(frozen=True)
class RepeatableRequest:
    """What makes a repeated request the same one."""

    caller: str
    method: str
    path: str
    key: str
    body: bytes

    @property
    def key_digest(self) -> bytes:
        parts = "\x00".join((self.caller, self.method, self.path, self.key))
        return hashlib.sha256(parts.encode()).digest()

    @property
    def lock(self) -> int:
        """The advisory lock that one holds while it is worked on."""
        return int.from_bytes(self.key_digest[:8], "big", signed=True)

    @property
    def body_digest(self) -> bytes:
        return hashlib.sha256(self.body).digest()


async def answer_once(
    session: AsyncSession, request: RepeatableRequest, work: Callable[[], Awaitable[Answer]]
) -> tuple[Answer, bool]:
    """The answer, and whether it is a remembered one.

    Raises `IdempotencyKeyReused` (another body under the same key) and `RequestInFlight`.
    A refused request is not remembered: its repetition is judged anew.
    """
    digest = request.key_digest
    locked = await session.scalar(
        text("SELECT pg_try_advisory_xact_lock(:lock)"), {"lock": request.lock}
    )
    if not locked:
        raise RequestInFlight
    row = (await session.execute(select(answers).where(answers.c.key_digest == digest))).first()
    if row is not None:
        if row.body_digest != request.body_digest:
            raise IdempotencyKeyReused
        return Answer(row.status, row.body, row.etag), True
    answer = await work()
    await session.execute(
        insert(answers).values(
            key_digest=digest,
            body_digest=request.body_digest,
            status=answer.status,
            body=answer.body,
            etag=answer.etag,
        )
    )
    return answer, False


async def forget_answers(session: AsyncSession, *, at: datetime) -> None:
    """Drops what is older than a day."""
    await session.execute(delete(answers).where(answers.c.answered_at < at - KEPT_FOR))
