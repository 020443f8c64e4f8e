"""Lists by cursor: stable under inserts, never an offset, never unbounded.

A cursor names the last row seen by its sort key and is bound to its caller and its filters. It
grants nothing: each page is queried anew under the caller's rights of that moment.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

import orjson
from fastapi import Depends, Query
from pydantic import BaseModel

from shared.errors import Malformed

T = TypeVar("T")
V = TypeVar("V")

Limit = Annotated[int, Query(ge=1, le=200, description="Rows on a page.")]


class BadCursor(Malformed):
    """This cursor is not one of this list; begin again without it."""


class Page(BaseModel, Generic[T]):
    """Rows in order, and the cursor of the next page; null on the last one."""

    items: list[T]
    next: str | None = None


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after the row with this sort key."""

    key: tuple[Any, ...]

    def seal(self, bound_to: str) -> str:
        """The text that the caller gets; `bound_to` names caller, list and filters."""
        return base64.urlsafe_b64encode(
            orjson.dumps([_mark(bound_to), *self.key], default=str)
        ).decode()

    @classmethod
    def open(cls, text: str, *, bound_to: str, types: Sequence[Callable[[Any], Any]]) -> Cursor:
        """Raises `BadCursor` for another caller's, another list's, or nobody's."""
        try:
            mark, *key = orjson.loads(base64.urlsafe_b64decode(text.encode()))
            if mark != _mark(bound_to) or len(key) != len(types):
                raise BadCursor
            return cls(tuple(read(value) for read, value in zip(types, key, strict=True)))
        except (ValueError, TypeError, AttributeError):
            raise BadCursor from None


def _mark(bound_to: str) -> str:
    return hashlib.sha256(bound_to.encode()).hexdigest()[:16]


@dataclass(frozen=True)
class PageRequest:
    """What a caller asks of a list: how many rows, and after which."""

    limit: int
    cursor: str | None

    def after(self, *, bound_to: str, types: Sequence[Callable[[Any], Any]]) -> Cursor | None:
        """The row to begin after; None on the first page. `types` read parts of the key."""
        if self.cursor is None:
            return None
        return Cursor.open(self.cursor, bound_to=bound_to, types=types)


async def _page_request(
    limit: Limit = 50, cursor: Annotated[str | None, Query(max_length=1000)] = None
) -> PageRequest:
    return PageRequest(limit=limit, cursor=cursor)


AskedPage = Annotated[PageRequest, Depends(_page_request)]


def page_of(
    rows: Sequence[T],
    *,
    asked: PageRequest,
    bound_to: str,
    key: Callable[[T], tuple[Any, ...]],
    view: Callable[[T], V],
) -> Page[V]:
    """A page of rows that were queried with `limit + 1`: the extra row says that there is a next
    page.
    """
    shown = rows[: asked.limit]
    has_more = len(rows) > asked.limit
    return Page(
        items=[view(row) for row in shown],
        next=Cursor(key(shown[-1])).seal(bound_to) if has_more else None,
    )
