"""Turns: long work that leaves room for everybody else whom this process serves.

One rule: whoever has hundreds of rows to judge, write or show does some at a time. What computes
answers nobody meanwhile, and a door's booking must not wait for a series of two years.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TypeVar

AT_ONCE = 75
"""Rows in one turn: 15 ms of this process at most, whatever is done to them."""

Each = TypeVar("Each")


async def in_turns(all_of_it: Sequence[Each], *, rows: int = 1) -> AsyncIterator[Sequence[Each]]:
    """In its order, some at a time, where each comes to so many rows; others have their turn
    before the next are given out.
    """
    size = max(AT_ONCE // rows, 1)
    for first in range(0, len(all_of_it), size):
        if first:
            await asyncio.sleep(0)
        yield all_of_it[first : first + size]
