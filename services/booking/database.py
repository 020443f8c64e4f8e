"""The tables of this service, in a registry of its own."""

from datetime import datetime
from typing import Any, TypeAlias

import asyncpg
from sqlalchemy import DateTime, TypeDecorator
from sqlmodel import SQLModel

from shared.database import service_registry
from shared.directory import add_directory_tables
from shared.leaving import add_leavers_table

booking_registry = service_registry()
add_directory_tables(booking_registry.metadata)
add_leavers_table(booking_registry.metadata)
metadata = booking_registry.metadata

Driver: TypeAlias = "asyncpg.Connection[Any]"
"""The bare connection of a transaction, for what is read or written through no model."""


class BookingTable(SQLModel, registry=booking_registry):
    """Base of every table that booking owns."""


class WallClock(TypeDecorator[datetime]):
    """What a clock on the wall shows, naive; the zone's name stands beside it."""

    impl = DateTime(timezone=False)
    cache_ok = True


class Moment(TypeDecorator[datetime]):
    """An instant, in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True
