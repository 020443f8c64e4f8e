"""How a part of the policy is loaded: by its ids or, without any, as a whole."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from uuid import UUID

import asyncpg

from services.access.policy.domain import Policy
from shared.database import Driver

Apply = Callable[[Policy], None]
Load = Callable[[Driver, list[UUID] | None], Awaitable[Apply]]
"""Loads a part, of these ids or with None as a whole, and gives what puts it into the policy."""


async def fetch(
    connection: Driver, query: str, column: str, ids: list[UUID] | None
) -> list[asyncpg.Record]:
    """The rows of these ids; with None all."""
    if ids is None:
        rows = await connection.fetch(query.format("true"))
    else:
        rows = await connection.fetch(query.format(f"{column} = ANY($1)"), ids)
    return list(rows)
