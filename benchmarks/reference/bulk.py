"""Many rows at once: what an index or a foreign key costs row by row, it costs once at the end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

_FOREIGN_KEYS = """
SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
       format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname,
              pg_get_constraintdef(oid))
FROM pg_constraint WHERE conrelid = ANY ($1::regclass[]) AND contype = 'f'
"""
_INDEXES = """
SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index AS i WHERE indrelid = ANY ($1::regclass[])
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = i.indexrelid)
"""


@asynccontextmanager
async def set_aside(connection: asyncpg.Connection[Any], *tables: str) -> AsyncIterator[None]:
    """The foreign keys and plain indexes of these tables; back, and checked, after the block."""
    found = [
        row
        for query in (_FOREIGN_KEYS, _INDEXES)
        for row in await connection.fetch(query, list(tables))
    ]
    for drop, _ in found:
        await connection.execute(drop)
    yield
    for _, make in reversed(found):
        await connection.execute(make)
