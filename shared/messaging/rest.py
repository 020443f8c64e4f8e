"""The relay's rest, and how whoever announces knows that it must be woken.

PostgreSQL lets those who notify commit one after the other, each waiting for the disk of the one
before. So nobody notifies while the relay looks by itself: whoever announces shares a lock until
their commit, a relay that rests has it alone, and whoever cannot share it notifies. A relay has it
only when nobody is about to commit what it has not seen; then it looks once more, and rests.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Any

import asyncpg

OUTBOX_CHANNEL = "parvis_outbox"
"""On which PostgreSQL wakes the relay."""
ANNOUNCING_LOCK = 7_026_012
"""Shared by those who announce, had alone by the relay that rests."""
RESTING_LOCK = 7_026_013
"""Had by the one relay of a database that may rest."""
PATIENCE = "20ms"
"""With those who announce: so long they are woken for, and then the relay looks by itself."""

OUTBOX_WRITTEN = f"""
CREATE OR REPLACE FUNCTION outbox_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock_shared({ANNOUNCING_LOCK}) THEN
        PERFORM pg_notify('{OUTBOX_CHANNEL}', '');
    END IF;
    RETURN NULL;
END $$
"""
OUTBOX_WRITTEN_BEFORE = f"""
CREATE OR REPLACE FUNCTION outbox_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('{OUTBOX_CHANNEL}', '');
    RETURN NULL;
END $$
"""


class Lain(Enum):
    """What came of lying down."""

    DOWN = auto()
    """From now on it is woken; what came before is to be looked for once more."""
    SOMEBODY_ANNOUNCES = auto()
    """It has waited for them a little, and is to look again."""
    ANOTHER_RESTS = auto()


class Rest:
    """Of a relay, on its connection: the rest ends with it."""

    def __init__(self, connection: asyncpg.Connection[Any]) -> None:
        self._connection = connection
        self.is_resting = False

    async def lie_down(self) -> Lain:
        """Tries to rest."""
        if not await self._connection.fetchval("SELECT pg_try_advisory_lock($1)", RESTING_LOCK):
            return Lain.ANOTHER_RESTS
        try:
            async with self._connection.transaction():
                await self._connection.execute(f"SET LOCAL lock_timeout = '{PATIENCE}'")
                await self._connection.execute("SELECT pg_advisory_lock($1)", ANNOUNCING_LOCK)
        except asyncpg.LockNotAvailableError:
            await self._connection.execute("SELECT pg_advisory_unlock($1)", RESTING_LOCK)
            return Lain.SOMEBODY_ANNOUNCES
        self.is_resting = True
        return Lain.DOWN

    async def rise(self) -> None:
        """Looks by itself again; nobody needs to wake it."""
        if self.is_resting:
            self.is_resting = False
            await self._connection.execute("SELECT pg_advisory_unlock_all()")
