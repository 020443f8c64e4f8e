"""What is looked up once in a transaction, however often it is needed there: one policy for a batch
of visits, say.

One rule: only for what the transaction itself does not change.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

T = TypeVar("T")

_NAME = "found_before"


async def found_once(session: AsyncSession, key: Hashable, find: Callable[[], Awaitable[T]]) -> T:
    """What `find` found the first time under that key; a session is one transaction."""
    found: dict[Hashable, Any] = session.info.setdefault(_NAME, {})
    if key not in found:
        found[key] = await find()
    known: T = found[key]
    return known
