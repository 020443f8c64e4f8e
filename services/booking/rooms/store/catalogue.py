"""The catalogue, held once in each process, and brought up to what a transaction sees.

One query asks whether anything has changed; only what has is read again. What was read is put in
place of what was there, never into it: whoever asked before keeps what they were given.

A transaction is given the version that it sees, or a newer one where another has caught up in the
meantime: what stands outweighs what stood, also for a transaction of an older snapshot. So the
catalogue never goes backwards. What the asking transaction has itself changed, and not committed,
it is given too, in a catalogue of its own that nobody else ever sees.

A catalogue may be outdated as soon as it is given. Who must not miss a closure made at that moment
holds the spaces first (`claims`), then proves with `still_stands`: who closes a room, or changes
its hours, locks the same spaces before, so one of the two sees the other. A statement of one's own
may do the same by comparing `version` with `room_policy`, after the locks. A database that was
restored to an older state wants its processes started anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.rooms.domain import BookableRoom, Catalogue
from services.booking.rooms.domain.catalogue import UNKNOWN
from services.booking.rooms.store.loading import Loaded, load
from services.booking.rooms.watched import Part
from shared.database import Busy, Driver
from shared.identity.listed import Person
from shared.messaging.outbox import driver_in_transaction

Judgement = TypeVar("Judgement")
JUDGED_AT_MOST = 4
"""How often a wish is judged, where the rules of rooms change while it is."""
ROOMS = "rooms"
"""In the session's `info`: the process's `HeldCatalogue`."""

_VERSION = """
SELECT version, EXISTS (SELECT FROM room_changes AS c WHERE c.version IS NULL) AS is_own
FROM room_policy
"""
_SINCE = """
SELECT part, array_agg(DISTINCT changed_id) AS ids FROM room_changes
WHERE version > $1 OR version IS NULL GROUP BY part
"""
_KEPT_SINCE = "SELECT coalesce(min(version), 0) FROM room_changes"


@dataclass
class HeldCatalogue:
    """What this process knows of the rooms."""

    timezone: str
    links_begin: str
    """What the link of each room begins with."""
    loaded: Loaded = field(default_factory=Loaded)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def latest(self) -> Catalogue:
        """Without asking whether it still stands: for those whose own statement proves it."""
        return self.loaded.catalogue

    async def as_seen_by(self, connection: Driver) -> Catalogue:
        """Of at least the version that this transaction sees."""
        version, has_own = await connection.fetchrow(_VERSION)  # type: ignore[misc]  # it has one row
        if version <= self.latest.version and not has_own:
            return self.latest
        async with self._turn:
            if version <= self.latest.version and not has_own:
                return self.latest
            loaded = await self._caught_up(connection)
            if not has_own and loaded.catalogue.version > self.latest.version:
                self.loaded = loaded
            return loaded.catalogue

    async def _caught_up(self, connection: Driver) -> Loaded:
        """What is read may be newer than the version it is given: then it is read once more."""
        known = self.latest.version
        version = await connection.fetchval("SELECT version FROM room_policy")
        changed: dict[Part, list[UUID] | None] = dict.fromkeys(Part)
        rows = await connection.fetch(_SINCE, known)
        if known != UNKNOWN and await connection.fetchval(_KEPT_SINCE) <= known + 1:
            changed = {Part(row["part"]): row["ids"] for row in rows}
        return await load(
            connection,
            self.loaded,
            changed,
            version=version,
            timezone=self.timezone,
            links_begin=self.links_begin,
        )


async def catalogue(session: AsyncSession) -> Catalogue:
    """The rooms as this transaction sees them; one round trip where nothing has changed."""
    held: HeldCatalogue = session.info[ROOMS]
    return await held.as_seen_by(await driver_in_transaction(session))


async def room_to_book(session: AsyncSession, room_id: UUID, *, viewer: Person) -> BookableRoom:
    """Raises `NoSuchRoom`, also where it is not theirs to see."""
    return (await catalogue(session)).room(room_id, viewer=viewer)


async def judged(
    session: AsyncSession, judge: Callable[[Catalogue], Awaitable[Judgement]]
) -> Judgement:
    """What `judge` says, who holds the spaces before it answers, by rules that stand even then;
    where they have changed meanwhile it is asked again. Raises `Busy` where they change on and on.
    """
    for _ in range(JUDGED_AT_MOST):
        known = await catalogue(session)
        judgement = await judge(known)
        if await still_stands(session, known):
            return judgement
    raise Busy


async def still_stands(session: AsyncSession, known: Catalogue) -> bool:
    """Whether nothing has changed since. Ask when the spaces are held, and only then rely on it."""
    connection = await driver_in_transaction(session)
    found = await connection.fetchval("SELECT version FROM room_policy")
    return bool(found == known.version)
