"""Rows straight into a service's own tables, by COPY.

Each row names what it sets; every other column gets the default that its model gives it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg
from sqlalchemy import Column, Table
from sqlmodel import SQLModel

Row = dict[str, Any]


async def copy(
    connection: asyncpg.Connection[Any], to: type[SQLModel] | Table, rows: Sequence[Row]
) -> None:
    """These rows, if any; all of them set the same columns."""
    if rows:
        await copy_records(connection, to, list(rows[0]), (row.values() for row in rows))


async def copy_records(
    connection: asyncpg.Connection[Any],
    to: type[SQLModel] | Table,
    columns: Sequence[str],
    records: Iterable[Iterable[object]],
) -> None:
    """The same for many rows: the values of these columns alone, in that order."""
    table: Table = to if isinstance(to, Table) else to.__table__  # type: ignore[attr-defined]  # SQLModel sets it
    others = {
        column.name: _default(column)
        for column in table.columns
        if column.name not in columns and column.default is not None
    }
    usual = tuple(others.values())
    await connection.copy_records_to_table(
        table.name,
        columns=[*columns, *others],
        records=((*record, *usual) for record in records),
    )


def _default(column: Column[Any]) -> object:
    default = column.default
    assert default is not None
    made: object = default.arg(None) if default.is_callable else default.arg  # type: ignore[attr-defined]
    return made
