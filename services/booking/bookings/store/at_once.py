"""A new booking in one statement: proven, claimed, written, announced, remembered, or nothing.

What it stands on (the caller, the people invited, the rooms, the key) was read before; here it is
proven that it still holds, under the same locks as the ordinary way takes. Where it does not,
nothing is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson
from sqlalchemy.dialects import postgresql

from services.booking.bookings.domain import Booking
from services.booking.bookings.store.bookings import BOOKING, PARTICIPANT
from services.booking.claims.domain import RoomTaken, Wanted
from services.booking.claims.store import columns_of
from services.booking.database import metadata
from shared.database import Driver, constraint_of, refuse_as
from shared.messaging.outbox import Announcement, columns, writing
from shared.once import Answer, RepeatableRequest
from shared.web.callers import PROOF_OF_CALLER, KnownCaller

_ROOMS = 6
_INVITED = _ROOMS + 1
_KEY = _INVITED + 1
_CLAIMED = _KEY + 6
_BOOKING = _CLAIMED + 5
_PARTICIPANTS = _BOOKING + len(BOOKING)
_EVENTS = _PARTICIPANTS + len(PARTICIPANT)


def _typed(table: str, names: list[str], *, first: int) -> str:
    """A parameter for each column, an array of its type."""
    own = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy types no dialect
    types = {each.name: each.type.compile(own) for each in metadata.tables[table].columns}
    return ", ".join(f"${first + nth}::{types[name]}[]" for nth, name in enumerate(names))


_BOOK = f"""
WITH caller AS MATERIALIZED ({PROOF_OF_CALLER}),
still_listed AS MATERIALIZED (
    SELECT FROM known_people WHERE person_id = ANY (${_INVITED}::uuid[]) AND is_listed
    ORDER BY person_id FOR SHARE
),
proven AS MATERIALIZED (
    SELECT 1 FROM caller
    WHERE cardinality(${_INVITED}::uuid[]) = (SELECT count(*) FROM still_listed)
        AND (${_KEY}::bigint IS NULL OR pg_try_advisory_xact_lock(${_KEY}))
        AND NOT EXISTS (SELECT FROM remembered_answers WHERE key_digest = ${_KEY + 1}::bytea)
),
claimed AS MATERIALIZED (
    SELECT claim_spaces_knowing(
        ${_ROOMS}, ${_CLAIMED}::uuid[], ${_CLAIMED + 1}::uuid[], ${_CLAIMED + 2}::timestamptz[],
        ${_CLAIMED + 3}::timestamptz[], ${_CLAIMED + 4}, NULL
    ) FROM proven
),
booked AS (
    INSERT INTO bookings ({", ".join(BOOKING)})
    SELECT {", ".join(f"${_BOOKING + nth}" for nth in range(len(BOOKING)))} FROM claimed
    RETURNING id
),
invited AS (
    INSERT INTO participants ({", ".join(PARTICIPANT)})
    SELECT p.* FROM claimed, unnest({_typed("participants", PARTICIPANT, first=_PARTICIPANTS)}) AS p
),
remembered AS (
    INSERT INTO remembered_answers (key_digest, body_digest, status, body, etag)
    SELECT ${_KEY + 1}::bytea, ${_KEY + 2}::bytea, ${_KEY + 3}, ${_KEY + 4}, ${_KEY + 5}
    FROM claimed WHERE ${_KEY}::bigint IS NOT NULL
),
{writing(first=_EVENTS, only_if="EXISTS (SELECT FROM claimed)")}
SELECT EXISTS (SELECT FROM booked)
"""  # noqa: S608 - names of our own columns, and numbers of parameters

_IS_ANSWERED = "SELECT EXISTS (SELECT FROM remembered_answers WHERE key_digest = $1)"
_SAME_KEY = "remembered_answers_pkey"
_OTHERWISE = (
    asyncpg.SerializationError,  # the rules of rooms have changed
    asyncpg.DeadlockDetectedError,
    asyncpg.UniqueViolationError,  # the same request was answered while this one waited
)
"""What the ordinary way tries again, or finds an answer to."""


@dataclass(frozen=True, slots=True)
class ToBook:
    """A booking to be written at once, and what it stands on."""

    caller: KnownCaller
    rooms_version: int
    wanted: Wanted
    booking: Booking
    event: Announcement
    request: RepeatableRequest | None
    answer: Answer

    def parameters(self) -> list[Any]:
        kept = {name: getattr(self.booking, name) for name in BOOKING}
        kept["extras"] = orjson.dumps(self.booking.extras).decode()
        invited = self.booking.participants
        return [
            *self.caller.proof,
            self.rooms_version,
            [one.person_id for one in invited if one.person_id is not None],
            *self._key(),
            *columns_of([self.wanted]),
            self.booking.created_at,
            *kept.values(),
            *([getattr(one, name) for one in invited] for name in PARTICIPANT),
            *columns([self.event]),
        ]

    def _key(self) -> list[Any]:
        if self.request is None:
            return [None] * 6
        request, answer = self.request, self.answer
        return [
            request.lock,
            request.key_digest,
            request.body_digest,
            answer.status,
            answer.body,
            answer.etag,
        ]


async def book_at_once(connection: Driver, new: ToBook) -> bool:
    """Whether it is booked; if not, something it stands on holds no longer. Raises `RoomTaken`."""
    try:
        with refuse_as({"claims_no_overlap": RoomTaken}):
            return bool(await connection.fetchval(_BOOK, *new.parameters()))
    except RoomTaken:
        if await _is_answered(connection, new.request):  # the room is taken by itself
            return False
        raise
    except _OTHERWISE as error:
        if isinstance(error, asyncpg.UniqueViolationError) and constraint_of(error) != _SAME_KEY:
            raise
        return False


async def _is_answered(connection: Driver, request: RepeatableRequest | None) -> bool:
    """Whether the same request has been answered by now: the statement's snapshot may be older."""
    if request is None:
        return False
    return bool(await connection.fetchval(_IS_ANSWERED, request.key_digest))
