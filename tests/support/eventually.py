"""Patience for tests: what must become true, soon, without a bare sleep anywhere."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import TypeVar, overload

T = TypeVar("T")

OFTEN = 0.02


@overload
async def eventually(
    claim: Callable[[], Awaitable[T]], *, within: float = ..., about: str = ...
) -> T: ...
@overload
async def eventually(claim: Callable[[], T], *, within: float = ..., about: str = ...) -> T: ...
async def eventually(
    claim: Callable[[], T | Awaitable[T]], *, within: float = 15.0, about: str = ""
) -> T:
    """Asks again and again until `claim` gives something true, and returns it.

    An `AssertionError` in `claim` counts as not yet; the last one is raised when patience ends.
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while True:
        last: AssertionError | None = None
        answer: T | None = None
        try:
            found = claim()
            answer = await found if inspect.isawaitable(found) else found
        except AssertionError as error:
            last = error
        if answer:
            return answer
        if loop.time() > deadline:
            raise last or AssertionError(f"not within {within} s: {about or claim}, but {answer!r}")
        await asyncio.sleep(OFTEN)


async def remains(
    claim: Callable[[], Awaitable[bool]], *, during: float = 0.3, about: str = ""
) -> None:
    """Asks again and again for a while, and fails as soon as `claim` is not true."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + during
    while loop.time() < deadline:
        assert await claim(), about or "it did not remain so"
        await asyncio.sleep(OFTEN)
