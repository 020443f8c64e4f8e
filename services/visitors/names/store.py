"""Keeps the words that somebody can be found by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import Connection, delete, insert
from sqlmodel import col

from services.visitors.names.domain import Entry, SearchWord


def keep_words(
    connection: Connection, owner_id: UUID, *, tenant_id: UUID, entries: Sequence[Entry]
) -> None:
    """These are the owner's words from now on, and no others."""
    connection.execute(delete(SearchWord).where(col(SearchWord.owner_id) == owner_id))
    add_words(connection, owner_id, tenant_id=tenant_id, entries=entries)


def add_words(
    connection: Connection, owner_id: UUID, *, tenant_id: UUID, entries: Sequence[Entry]
) -> None:
    """The words of an owner who has none yet."""
    rows = [asdict(each) | {"owner_id": owner_id, "tenant_id": tenant_id} for each in entries]
    if rows:
        connection.execute(insert(SearchWord).values(rows))
