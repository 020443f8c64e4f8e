"""What is said to a database: each statement is a way there and back, which makes people wait."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import event

from shared.database import Database


@asynccontextmanager
async def statements_to(database: Database) -> AsyncIterator[list[str]]:
    """All of the block, BEGIN and COMMIT too, by SQLAlchemy and by the bare driver; in no order."""
    said: list[str] = []

    def by_sqlalchemy(*said_how: Any) -> None:
        _, _, statement, _, _, is_for_many = said_how
        if not is_for_many:  # of which the driver tells
            said.append(statement)

    def by_the_driver(query: asyncpg.connection.LoggedQuery) -> None:
        said.append(query.query)

    def listen(connection: Any, *_: Any) -> None:
        connection.driver_connection.add_query_logger(by_the_driver)

    def stop_listening(connection: Any, *_: Any) -> None:
        if connection is not None:
            connection.driver_connection.remove_query_logger(by_the_driver)

    engine = database.engine.sync_engine
    listeners = {
        "before_cursor_execute": by_sqlalchemy,
        "checkout": listen,
        "checkin": stop_listening,
    }
    for name, listener in listeners.items():
        event.listen(engine, name, listener)
    try:
        yield said
        await asyncio.sleep(0)  # the driver tells of its statements a turn of the loop later
    finally:
        for name, listener in listeners.items():
            event.remove(engine, name, listener)
