"""What is looked up once in a transaction, however often it is needed there: one policy for a batch
of visits, say.

One rule: only for what the transaction itself does not change.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")

_NAME = "found_before"


async def found_once(session: AsyncSession, key: Hashable, find: Callable[[], Awaitable[T]]) -> T:
    """What `find` found the first time under that key; a session is one transaction."""
    found: dict[Hashable, Any] = session.info.setdefault(_NAME, {})
    if key not in found:
        found[key] = await find()
    known: T = found[key]
    return known


async def each_found_once(
    session: AsyncSession,
    what: str,
    keys: Collection[K],
    find: Callable[[Collection[K]], Awaitable[Mapping[K, T]]],
) -> dict[K, T]:
    """The same for many keys: `find` is asked at once for those that nobody has asked for yet."""
    found: dict[Hashable, Any] = session.info.setdefault(_NAME, {})
    missing = {key for key in keys if (what, key) not in found}
    if missing:
        found |= {(what, key): value for key, value in (await find(missing)).items()}
    return {key: found[what, key] for key in keys}
