"""Cursors: bound to caller, list and filters; useless to anybody else."""

from datetime import UTC, datetime
from uuid import UUID

import asyncpg.pgproto.pgproto
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.web.pages import BadCursor, Cursor, PageRequest, page_of

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
TYPES = (datetime.fromisoformat, UUID)


def test_a_cursor_comes_back_as_it_went() -> None:
    sealed = Cursor((AT, UUID(int=7))).seal("amal|visits|today")
    assert Cursor.open(sealed, bound_to="amal|visits|today", types=TYPES).key == (AT, UUID(int=7))


def test_the_drivers_own_uuids_can_be_sealed() -> None:
    key = asyncpg.pgproto.pgproto.UUID(str(UUID(int=7)))
    sealed = Cursor((AT, key)).seal("b")
    assert Cursor.open(sealed, bound_to="b", types=TYPES).key == (AT, UUID(int=7))


@pytest.mark.parametrize("bound_to", ["badr|visits|today", "amal|visits|", ""])
def test_another_callers_or_another_lists_cursor_is_refused(bound_to: str) -> None:
    sealed = Cursor((AT, UUID(int=7))).seal("amal|visits|today")
    with pytest.raises(BadCursor):
        Cursor.open(sealed, bound_to=bound_to, types=TYPES)


@given(st.text(max_size=80))
def test_nonsense_is_a_refusal_never_an_error(text: str) -> None:
    with pytest.raises(BadCursor):
        Cursor.open(text, bound_to="x", types=TYPES)


@given(st.integers(min_value=0, max_value=30), st.integers(min_value=1, max_value=10))
def test_pages_hold_every_row_once_and_end(count: int, limit: int) -> None:
    rows, seen, cursor = list(range(count)), [], None
    for _ in range(count + 1):
        asked = PageRequest(limit=limit, cursor=cursor)
        after = asked.after(bound_to="b", types=(int,))
        left = [row for row in rows if after is None or row > after.key[0]][: limit + 1]
        page = page_of(left, asked=asked, bound_to="b", key=lambda row: (row,), view=str)
        seen += page.items
        cursor = page.next
        if cursor is None:
            break
    assert seen == [str(row) for row in rows]
    assert cursor is None
