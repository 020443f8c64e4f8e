"""How connections to PostgreSQL are opened: all of them here, since each may need another password
than the one before it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from shared.addresses import Addresses

Driver: TypeAlias = "asyncpg.Connection[Any]"
"""The bare driver's connection: hot paths speak to it directly."""

REFUSED = asyncpg.InvalidAuthorizationSpecificationError
"""The server does not let in this role with this password."""


def plain_url(url: str) -> str:
    """The same address as libpq and asyncpg themselves read it."""
    _, _, rest = url.partition("://")
    return f"postgresql://{rest}"


async def connect(addresses: Addresses, **options: Any) -> Driver:
    """A connection of one's own, with the `options` of asyncpg."""

    async def to(url: str) -> Driver:
        connection: Driver = await asyncpg.connect(plain_url(url), **options)
        return connection

    return await addresses.connect(to, refused=REFUSED)


def engine_of(
    where: str | Addresses, *, connecting: Mapping[str, Any] | None = None, **options: Any
) -> AsyncEngine:
    """SQLAlchemy's engine with its `options`; `connecting` are asyncpg's."""
    addresses = Addresses.of(where)

    async def one_more() -> Driver:
        return await connect(addresses, **(connecting or {}))

    return create_async_engine("postgresql+asyncpg://", async_creator=one_more, **options)
