"""The tables of this service, in a registry of its own."""

from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import DateTime, TypeDecorator, inspect
from sqlalchemy.orm import configure_mappers
from sqlmodel import SQLModel

from shared.database import service_registry
from shared.directory import add_directory_tables
from shared.leaving import add_leavers_table

booking_registry = service_registry()
add_directory_tables(booking_registry.metadata)
add_leavers_table(booking_registry.metadata)
metadata = booking_registry.metadata


class BookingTable(SQLModel, registry=booking_registry):
    """Base of every table that booking owns."""


Row = TypeVar("Row", bound=BookingTable)


def new_row(kind: type[Row], **values: Any) -> Row:
    """As `kind(**values)`, which asks each column's rules in turn and so costs five times as much:
    every value is given, or its column has a plain default. Nothing is validated either way.
    """
    manager, defaults = _known(kind)
    made: Row = manager.new_instance()
    vars(made).update(defaults, **values)
    return made


@cache
def _known(kind: type[BookingTable]) -> tuple[Any, dict[str, Any]]:
    """What SQLAlchemy makes its instances by, and the plain defaults of its columns."""
    configure_mappers()
    defaults = {
        name: column.default
        for name, column in kind.model_fields.items()
        if not column.is_required() and column.default_factory is None
    }
    return inspect(kind).class_manager, defaults


class WallClock(TypeDecorator[datetime]):
    """What a clock on the wall shows, naive; the zone's name stands beside it."""

    impl = DateTime(timezone=False)
    cache_ok = True


class Moment(TypeDecorator[datetime]):
    """An instant, in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True
