"""Nothing lost, nothing twice, nothing left: what each service said, its readers have heard."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import asyncpg

from tests.support.eventually import eventually
from tests.support.processes import SERVICES

HEARD_BY = {
    ("access", "tenant/"): ("visitors", "booking"),
    ("access", "person/"): ("visitors", "booking"),
    ("access", "zone/"): ("visitors", "booking"),
    ("booking", "booking/"): ("access",),
    ("visitors", "visit/"): ("access", "booking"),
}
"""Of these subjects, the readers hear every event."""
FLOOR = 10**9
"""What is told again bears a sequence far above: then the last one counts (see `retelling`)."""

_SAID = "SELECT subject, sequence FROM subjects WHERE starts_with(subject, $1)"
_HEARD = """
SELECT subject, sequence FROM inbox WHERE status = 'done' AND starts_with(subject, $1)
"""
_LEFT = """
SELECT 'outbox', name, coalesce(held_for, 'to be sent') FROM outbox
UNION ALL SELECT 'inbox', name, status || ': ' || coalesce(reason, '') FROM inbox
WHERE status <> 'done'
"""


async def rows(url: str, query: str, *given: object) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(query, *given)]
    finally:
        await connection.close()


async def left(url: str) -> list[tuple[Any, ...]]:
    """What a service has not said yet, or not reacted to."""
    return await rows(url, _LEFT)


async def all_is_heard(urls: Mapping[str, str], *, within: float = 20) -> int:
    """After quiet; how many events there were."""

    async def nothing_is_left() -> bool:
        found = {name: await left(urls[name]) for name in SERVICES}
        assert not any(found.values()), found
        return True

    await eventually(nothing_is_left, within=within)
    count = 0
    for (owner, prefix), readers in HEARD_BY.items():
        said: dict[str, int] = dict(await rows(urls[owner], _SAID, prefix))
        assert said, prefix
        for reader in readers:
            heard = Counter(await rows(urls[reader], _HEARD, prefix))
            _compare(said, heard, reader=reader)
            count += heard.total()
    return count


def _compare(said: dict[str, int], heard: Counter[tuple[Any, ...]], *, reader: str) -> None:
    by_subject: dict[str, list[int]] = {subject: [] for subject in said}
    for subject, sequence in heard.elements():
        by_subject[subject].append(sequence)
    for subject, last in said.items():
        sequences = sorted(by_subject[subject])
        before = [each for each in sequences if each < FLOOR]
        assert before == list(range(1, len(before) + 1)), f"{reader} heard {subject}: {sequences}"
        assert sequences[-1:] == [last], f"{subject} is at {last}, heard: {sequences}"
