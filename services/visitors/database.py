"""The tables of this service: their registry, and how words of a closed list are stored.

One rule: a StrEnum is stored as its plain word under a CHECK constraint, and read back as the enum.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import CheckConstraint, Dialect, Text
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

from shared.database import service_registry
from shared.directory import add_directory_tables
from shared.leaving import add_leavers_table

tables = service_registry()
add_directory_tables(tables.metadata)
add_leavers_table(tables.metadata)

W = TypeVar("W", bound=StrEnum)


class VisitorsTable(SQLModel, registry=tables):
    """What every table of this service is."""


class Word(TypeDecorator[W]):
    """A word of a closed list, in a text column."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[W]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> W | None:
        return None if value is None else self.kind(value)


def one_of(column: str, kind: type[StrEnum]) -> CheckConstraint:
    """The constraint that keeps a column within its closed list."""
    words = ", ".join(f"'{word.value}'" for word in kind)
    return CheckConstraint(f"{column} IN ({words})", name=column)
