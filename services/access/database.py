"""The registry of this service's tables, and the few ways in which all of them are written.

One rule: a table belongs to one slice; `services.access.tables` lists them all.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import CheckConstraint, DateTime
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
