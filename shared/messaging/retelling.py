"""Announcing all again, so that readers can tell what they know too much of.

One rule: a retelling begins by raising the floor under all that this service announces. Whatever
is announced from then on, old or new, bears a sequence from the floor on; so what a reader knows
below it, once it has heard the whole retelling, is no more. After a restore the floor also lies
above everything that was said in the time that is lost, since it follows the clock.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy.ext.asyncio import AsyncSession

from shared.database import Database
from shared.events.base import Event
from shared.events.retelling import END_OF_RETELLING, AnnouncedAgain, RetellingFacts, Told
from shared.messaging.outbox import announce, announce_again, driver_in_transaction
from shared.messaging.tables import OURS
from shared.messaging.topology import names_read_by

MOST = 2**32
"""Events of one run: so many ids follow one another."""
STEPS_A_SECOND = 100
"""The floor rises by so much a second; no subject has more events than that, for long."""

_RAISE = f"""
INSERT INTO retellings AS r (owner, run_id, floor, told)
VALUES ('{OURS}', $1, floor({STEPS_A_SECOND} * extract(epoch FROM clock_timestamp()))::bigint, '[]')
ON CONFLICT (owner) DO UPDATE SET run_id = excluded.run_id, heard_at = excluded.heard_at,
    floor = greatest(r.floor + 1, excluded.floor)
RETURNING floor
"""  # noqa: S608 - our own constants

_KEEP = """
INSERT INTO retellings AS r (owner, run_id, floor, told) VALUES ($1, $2, $3, $4)
ON CONFLICT (owner) DO UPDATE SET run_id = excluded.run_id, floor = excluded.floor,
    told = excluded.told, heard_at = excluded.heard_at
WHERE r.floor < excluded.floor
"""
_HEARD = """
SELECT r.floor, r.told::text AS told, r.heard_at,
       (SELECT count(*) FROM inbox
        WHERE event_id BETWEEN $2 AND $3 AND status = 'done') AS done,
       (SELECT count(*) FROM inbox
        WHERE event_id BETWEEN $2 AND $3 AND status = 'parked') AS parked
FROM retellings AS r WHERE owner = $1
"""


@dataclass
class Retelling:
    """One run, on the owner's side."""

    floor: int
    run_id: UUID = field(default_factory=lambda: id_in_run(uuid4(), 0))
    told: Counter[str] = field(default_factory=Counter)

    def tell(self, session: AsyncSession, *events: Event) -> None:
        """Announces these latest facts again, with this transaction. Lock their rows first."""
        for event in events:
            if announce_again(session, event, event_id=id_in_run(self.run_id, self.count + 1)):
                self.told[event.name] += 1

    @property
    def count(self) -> int:
        return self.told.total()


def id_in_run(run_id: UUID, nth: int) -> UUID:
    """The ids of a run differ in their last bits alone."""
    return UUID(int=run_id.int // MOST * MOST + nth)


async def begin_retelling(database: Database) -> Retelling:
    """Raises the floor. Raises `Busy` where somebody has been announcing for seconds.

    Waits for all who are announcing, so that nothing below the floor commits after it is raised.
    """
    async with database.transaction() as session:
        connection = await driver_in_transaction(session)
        await connection.execute("LOCK TABLE subjects IN EXCLUSIVE MODE")
        made = Retelling(floor=0)
        made.floor = await connection.fetchval(_RAISE, made.run_id)
    return made


async def end_retelling(database: Database, retelling: Retelling) -> None:
    """Says that this was all. Of a run that broke off nothing is said, and nobody acts on it."""
    told = tuple(Told(name=name, count=count) for name, count in sorted(retelling.told.items()))
    facts = RetellingFacts(run_id=retelling.run_id, floor=retelling.floor, told=told)
    async with database.transaction() as session:
        announce(session, END_OF_RETELLING[database.name](retelling=facts))


async def keep_retelling(event: AnnouncedAgain, session: AsyncSession) -> None:
    """The reaction of a reader: what the owner has told, to be compared with what was heard."""
    facts = event.retelling
    connection = await driver_in_transaction(session)
    told = orjson.dumps({each.name: each.count for each in facts.told}).decode()
    await connection.execute(_KEEP, event.heard.owner, facts.run_id, facts.floor, told)


@dataclass(frozen=True)
class Heard:
    """How much of an owner's last retelling a reader has heard."""

    owner: str
    floor: int
    heard_at: datetime
    """When the end of it was heard."""
    wanted: int
    """Facts of names that this reader reads."""
    done: int
    parked: int

    @property
    def is_whole(self) -> bool:
        return self.done >= self.wanted


async def heard_of(session: AsyncSession, owner: str, *, reader: str) -> Heard | None:
    """None: that owner has not told all again, as far as is known here."""
    connection = await driver_in_transaction(session)
    run_id = await connection.fetchval("SELECT run_id FROM retellings WHERE owner = $1", owner)
    if run_id is None:
        return None
    row = await connection.fetchrow(
        _HEARD, owner, id_in_run(run_id, 1), id_in_run(run_id, MOST - 1)
    )
    assert row is not None
    told: dict[str, Any] = orjson.loads(row["told"])
    return Heard(
        owner=owner,
        floor=row["floor"],
        heard_at=row["heard_at"],
        wanted=sum(told.get(name, 0) for name in names_read_by(reader)),
        done=row["done"],
        parked=row["parked"],
    )
