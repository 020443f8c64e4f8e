"""What a service does later: a timer is a row; its reaction runs in the transaction that ends it.

`set_timer` in the transaction that needs it; nothing is remembered in memory.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging.outbox import driver_in_transaction

TimerReaction = Callable[[str, AsyncSession, datetime], Awaitable[None]]
"""Called with the timer's key, the session, and the time it is."""


class Timers:
    """The reactions of one service to its timers, by the timer's name."""

    def __init__(self, service: str) -> None:
        self.service = service
        self._reactions: dict[str, TimerReaction] = {}

    def on(self, name: str) -> Callable[[TimerReaction], TimerReaction]:
        """Declares what happens when a timer of this name is due: `reaction(key, session, at)`."""

        def declare(reaction: TimerReaction) -> TimerReaction:
            if name in self._reactions:
                raise TypeError(f"{self.service} has two reactions to the timer {name}")
            self._reactions[name] = reaction
            return reaction

        return declare

    @property
    def names(self) -> frozenset[str]:
        """The names of the timers it reacts to."""
        return frozenset(self._reactions)

    def reaction_to(self, name: str) -> TimerReaction | None:
        """The one reaction to timers of that name."""
        return self._reactions.get(name)


async def set_timer(session: AsyncSession, name: str, *, key: str, due_at: datetime) -> None:
    """Have `name` go off for `key` at that time; one that was set before is moved."""
    connection = await driver_in_transaction(session)
    await connection.execute(
        "INSERT INTO timers (name, key, due_at, next_at) VALUES ($1, $2, $3, $3) "
        "ON CONFLICT (name, key) DO UPDATE SET due_at = excluded.due_at, "
        "next_at = excluded.due_at, attempts = 0, reason = NULL",
        name,
        key,
        due_at,
    )


async def cancel_timer(session: AsyncSession, name: str, *, key: str) -> None:
    """It need not go off any more; cancelling one that is not set is no mistake."""
    connection = await driver_in_transaction(session)
    await connection.execute("DELETE FROM timers WHERE name = $1 AND key = $2", name, key)
