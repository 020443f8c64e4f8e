"""A service's own PostgreSQL, and the edge where its transactions begin and end.

One rule: whoever opens the transaction is the edge (an HTTP request, the inbox, the relay, a
timer); no one else commits. What was announced on the way is written last, in the same transaction.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import asyncpg
from sqlalchemy import MetaData, event
from sqlalchemy.exc import DBAPIError, DisconnectionError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import (
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
)
from sqlalchemy.orm import registry

from shared.addresses import Addresses
from shared.driver import REFUSED, connect, engine_of, plain_url
from shared.driver import Driver as Driver
from shared.errors import Refusal, TryLater
from shared.messaging.outbox import add_messaging_tables, write_announcements
from shared.once import add_once_table
from shared.pool import PoolInTurn

NAMING = {
    "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    "uq": "%(table_name)s_%(column_0_N_name)s_key",
    "ck": "%(table_name)s_%(constraint_name)s",
    "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
    "pk": "%(table_name)s_pkey",
}
"""How constraints are named, so that a refusal can name the one it stands for."""


OVERFLOW = 5
"""Connections beyond the pool's size, for a rush."""


class DatabaseAway(TryLater):
    """The database does not answer; nothing was changed. Try again in a moment."""


class Busy(TryLater):
    """Too many are changing this at once; nothing was changed. Try again in a moment."""

    is_undone = False
    """Whether the database chose this transaction to end, so that others may go on: then nobody is
    in the way of doing the same once more.
    """


def service_registry() -> registry:
    """A registry of tables for one service, with its own outbox, inbox, timers and remembered
    answers.
    """
    metadata = MetaData(naming_convention=NAMING)
    add_messaging_tables(metadata)
    add_once_table(metadata)
    return registry(metadata=metadata)


class Database:
    """One service's database: its engine, and its transactions."""

    def __init__(
        self, where: str | Addresses, *, name: str, pool_size: int = 10, pool_timeout: float = 5
    ) -> None:
        """`name` is the service's; it is also what PostgreSQL shows as the application.

        `pool_timeout`: seconds that somebody waits for a connection while all are in use.
        """
        self.name = name
        self.addresses = Addresses.of(where)
        self.engine: AsyncEngine = engine_of(
            self.addresses,
            connecting={"timeout": 5, "server_settings": session_settings(name)},
            poolclass=PoolInTurn,
            pool_size=pool_size,
            max_overflow=OVERFLOW,
            pool_timeout=pool_timeout,
            hide_parameters=True,  # errors are logged, and parameters are people's data
        )
        self.info: dict[str, Any] = {"service": name}
        """What each session is told in its `info`; a service adds what its reactions stand on."""
        event.listen(self.engine.sync_engine, "checkout", _refuse_a_closed_connection)
        self._sessions = async_sessionmaker(
            self.engine, class_=AsyncSession, expire_on_commit=False, info=self.info
        )

    @property
    def url(self) -> str:
        """Where it is, with a password that was let in, if any was."""
        return plain_url(self.addresses.latest)

    async def connect(self, **options: Any) -> Driver:
        """A connection beside the pool, for who listens or holds a lock; asyncpg's `options`."""
        return await connect(self.addresses, timeout=5, **options)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction: commits when the block ends well, else nothing of it has happened.

        Raises `DatabaseAway` and `Busy` where the database cannot do its part, whatever broke
        inside.
        """
        with as_refusals():
            async with self._sessions() as session, session.begin():
                yield session
                await write_announcements(session)

    @asynccontextmanager
    async def driver(self) -> AsyncIterator[Driver]:
        """A connection of the pool, bare: each statement on it is a transaction of its own.

        Raises `DatabaseAway` and `Busy`, as `transaction` does.
        """
        with as_refusals():
            async with self.engine.connect() as connection:
                raw = (await connection.get_raw_connection()).driver_connection
                assert raw is not None
                yield raw

    async def answers(self) -> bool:
        """Whether the database answers a question."""
        try:
            async with self.engine.connect() as connection:
                await connection.exec_driver_sql("SELECT 1")
        except (DBAPIError, NoConnectionFree, *_FROM_THE_DRIVER):
            return False
        return True

    async def close(self) -> None:
        await self.engine.dispose()


def _refuse_a_closed_connection(dbapi_connection: Any, *_: Any) -> None:
    """Has the pool open another one; the driver has noticed the cut, nothing is asked."""
    if dbapi_connection.driver_connection.is_closed():
        raise DisconnectionError


def session_settings(name: str) -> dict[str, str]:
    """What every connection is told at its start."""
    return {
        "application_name": name,
        "timezone": "UTC",
        "lock_timeout": "5s",
        "statement_timeout": "10s",
        "idle_in_transaction_session_timeout": "30s",
        "jit": "off",
    }


_FROM_THE_DRIVER = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)
"""What the driver, or the way to the server, may raise."""

LETS_NOBODY_IN = (REFUSED, asyncpg.InvalidCatalogNameError)
"""The server answers, but knows no such database, or not this role and password."""

_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the driver was cut off in the middle of a conversation
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.ObjectNotInPrerequisiteStateError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    *LETS_NOBODY_IN,
    OSError,
    TimeoutError,
)
_UNDONE = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
_BUSY = (asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError, *_UNDONE)


def cause_of(error: BaseException) -> BaseException:
    """What the driver itself said, under what SQLAlchemy wrapped around it."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        return error.orig.__cause__ or error.orig
    return error


def is_away(error: BaseException) -> bool:
    """Whether it says that the database does not answer, or lets nobody in."""
    return isinstance(cause_of(error), _AWAY)


@contextmanager
def as_refusals() -> Iterator[None]:
    """Turns trouble of the database into refusals; constraints are left to `refuse_as`."""
    try:
        yield
    except Refusal:
        raise
    except NoConnectionFree as error:
        raise Busy from error
    except (DBAPIError, *_FROM_THE_DRIVER) as error:
        cause = cause_of(error)
        if isinstance(cause, asyncpg.DataError):
            raise
        if isinstance(cause, _BUSY):
            busy = Busy()
            busy.is_undone = isinstance(cause, _UNDONE)
            raise busy from error
        if is_away(error):
            raise DatabaseAway from error
        raise


def constraint_of(error: BaseException) -> str | None:
    """The name of the constraint that an error speaks of."""
    cause: Any = cause_of(error)
    return getattr(cause, "constraint_name", None)


@contextmanager
def refuse_as(refusals: dict[str, type[Refusal]], **details: Any) -> Iterator[None]:
    """Says in the business's words what a constraint forbids: `{"rooms_code_key": CodeTaken}`."""
    try:
        yield
    except (IntegrityError, asyncpg.IntegrityConstraintViolationError) as error:
        refusal = refusals.get(constraint_of(error) or "")
        if refusal is None:
            raise
        raise refusal(**details) from error


@contextmanager
def refuse_what_is_referred_to(refusal: type[Refusal]) -> Iterator[None]:
    """Raises `refusal` where a foreign key, of whichever table, still refers to what is changed."""
    try:
        yield
    except IntegrityError as error:
        if isinstance(cause_of(error), asyncpg.ForeignKeyViolationError):
            raise refusal from error
        raise
