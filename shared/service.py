"""One service as its parts: what the commands, the embedded park and the tests start it from."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from fastapi import FastAPI
from sqlalchemy import MetaData

from shared.database import Database
from shared.doctor.findings import Look
from shared.identity.tokens import TokenVerifier
from shared.messaging.inbox import Inbox
from shared.messaging.retelling import Retelling, begin_retelling, end_retelling
from shared.messaging.timers import Timers
from shared.settings import ServiceSettings
from shared.web.ground import Directory, Ground
from shared.worker import Loop

S = TypeVar("S", bound=ServiceSettings)


Work = Callable[[Ground], Awaitable[None]]
"""What a command does, on what the service stands on."""


@dataclass(frozen=True)
class Command:
    """A command of one service: `parvis <service> <name> …`."""

    name: str
    asked: Callable[..., Work]
    """Its parameters are what may be asked (typer reads them), its docstring is the help."""


@dataclass(frozen=True)
class Renewal:
    """Of what a key has made and is still in use: how much only old keys know, and how it is made
    anew with the newest.
    """

    left: Callable[[Ground], Awaitable[int]]
    renew: Callable[[Ground], Awaitable[str]]
    """Says what it has done."""


@dataclass(frozen=True)
class Service(Generic[S]):
    """A service of the park, not running yet."""

    name: str
    settings: type[S]
    metadata: MetaData
    inbox: Inbox
    timers: Timers
    directory: Directory
    create_app: Callable[[Ground], FastAPI]
    tell_all: Callable[[Database, Retelling], Awaitable[None]]
    """Tells the latest facts of every live aggregate."""
    loops: Callable[[Ground], Sequence[Loop]] = lambda _: ()
    """What its worker does beside relay, inbox and timers."""
    keys: tuple[str, ...] = ()
    """The key files it cannot do without."""
    renewals: Mapping[str, Renewal] = field(default_factory=dict)
    """By key file; what the others made ends by itself."""
    commands: tuple[Command, ...] = ()
    looks: tuple[Look[S], ...] = ()
    """What its doctor looks at beside what all services depend on."""

    async def announce_again(self, database: Database) -> int:
        """Tells the latest facts of every live aggregate, as newer than all that was ever said,
        then that this was all; how many there were.
        """
        retelling = await begin_retelling(database)
        await self.tell_all(database, retelling)
        await end_retelling(database, retelling)
        return retelling.count

    def ground(self, settings: S) -> Ground:
        """What the running service stands on, with a database of its own (nothing is connected
        yet).
        """
        return Ground(
            name=self.name,
            settings=settings,
            database=Database(
                settings.database_url, name=self.name, pool_size=settings.database_pool
            ),
            directory=self.directory,
            verifier=TokenVerifier(settings),
        )
