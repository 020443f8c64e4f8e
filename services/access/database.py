"""The registry of this service's tables, and the few ways in which all of them are written.

One rule: a table belongs to one slice; `services.access.tables` lists them all.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    ForeignKeyConstraint,
    Table,
)
from sqlmodel import SQLModel

from shared.database import service_registry

UTC_TIME = DateTime(timezone=True)
"""An instant."""


class AccessTable(SQLModel, registry=service_registry()):
    """A table in access's own database."""


def one_of(column: str, kind: type[StrEnum]) -> CheckConstraint:
    """The column holds one of these words."""
    words = ", ".join(f"'{member.value}'" for member in kind)
    return CheckConstraint(f"{column} IN ({words})", name=column)


def follow_schedules(table: type[SQLModel], column: str, *, as_long_as: str = "true") -> None:
    """A row refers to its schedule as long as it counts: the database refuses to delist what is in
    use, and to use what is delisted. The column that says so belongs to the table alone.
    """
    made: Table = table.__table__  # type: ignore[attr-defined]  # SQLModel does not type it
    follows = f"CASE WHEN {as_long_as} THEN true END"
    made.append_column(Column("is_schedule_listed", Boolean, Computed(follows, persisted=True)))
    made.append_constraint(
        ForeignKeyConstraint(
            [column, "is_schedule_listed"],
            ["schedules.schedule_id", "schedules.is_listed"],
            name=f"{made.name}_schedule_fkey",
        )
    )
