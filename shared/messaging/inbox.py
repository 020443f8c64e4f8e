"""What a service does when others speak: one reaction for each event it reads.

Pure registry: reactions are declared by slices, run by the receiver in one transaction each.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from shared.events.base import Event

E = TypeVar("E", bound=Event)
Reaction = Callable[[E, AsyncSession], Awaitable[None]]
AnyReaction = Callable[[Event, AsyncSession], Awaitable[None]]


class Inbox:
    """The reactions of one service, by event name."""

    def __init__(self, service: str) -> None:
        self.service = service
        self._reactions: dict[str, AnyReaction] = {}

    def on(self, *events: type[E]) -> Callable[[Reaction[E]], Reaction[E]]:
        """Declares the reaction to these events; a second one to the same event is refused.

        The reaction gets the event (`event.heard` is its envelope) and the session of the one
        transaction that also remembers that it ran. It must end within 5 s and touch nothing else.
        """

        def declare(reaction: Reaction[E]) -> Reaction[E]:
            for event in events:
                if event.name in self._reactions:
                    raise TypeError(f"{self.service} has two reactions to {event.name}")
                self._reactions[event.name] = reaction  # type: ignore[assignment]  # E is checked by name
            return reaction

        return declare

    @property
    def names(self) -> frozenset[str]:
        """The names of the events it reacts to."""
        return frozenset(self._reactions)

    def reaction_to(self, name: str) -> AnyReaction | None:
        """The one reaction to events of that name."""
        return self._reactions.get(name)
