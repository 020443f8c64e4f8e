"""Who is known by name, visitors and hosts, and the words that each of them is kept with."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, SQLColumnExpression, delete, exists, insert, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.visitors.names.domain import Entry, FoundBy, SearchWord, entries_of_name
from services.visitors.visitors.domain import Visitor
from shared.directory import people

_A_WHILE = text("SET LOCAL lock_timeout = '2s'")


@dataclass(frozen=True)
class Named:
    """Somebody, and what they are to be found by."""

    owner_id: UUID
    tenant_id: UUID
    entries: frozenset[Entry]


@dataclass(frozen=True)
class Source:
    """Where those of one kind are looked up."""

    key: SQLColumnExpression[UUID]
    query: Select[Any]
    named: Callable[[Any], Named]

    async def after(self, session: AsyncSession, last: UUID, *, limit: int) -> Sequence[Named]:
        """Those that come next by id."""
        query = self.query.where(self.key > last).order_by(self.key).limit(limit)
        return [self.named(row) for row in await session.execute(query)]

    async def held(self, session: AsyncSession, ids: Collection[UUID]) -> Sequence[Named]:
        """As they are now; nobody changes them, nor their words, before the transaction ends."""
        await session.execute(_A_WHILE)
        query = self.query.where(self.key.in_(ids)).order_by(self.key)
        found = await session.execute(query.with_for_update(key_share=True))
        return [self.named(row) for row in found]


def _visitor(row: Any) -> Named:
    visitor: Visitor = row[0]
    return Named(visitor.id, visitor.tenant_id, frozenset(visitor.entries()))


def _host(row: Any) -> Named:
    entries = entries_of_name(f"{row.given_name} {row.family_name}", FoundBy.HOST)
    return Named(row.person_id, row.tenant_id, frozenset(entries))


_HAS_WORDS = exists().where(col(SearchWord.owner_id) == people.c.person_id)
_PEOPLE = select(people).where(or_(people.c.is_listed, _HAS_WORDS))
SOURCES = (
    Source(col(Visitor.id), select(Visitor), _visitor),
    Source(people.c.person_id, _PEOPLE, _host),
)


async def misspelt(session: AsyncSession, known: Sequence[Named]) -> list[Named]:
    """Those who are kept with other words than they are to be found by."""
    kept: dict[UUID, set[Entry]] = {each.owner_id: set() for each in known}
    rows = await session.execute(
        select(
            col(SearchWord.owner_id),
            col(SearchWord.found_by),
            col(SearchWord.spelt),
            col(SearchWord.consonants),
            col(SearchWord.sound),
        ).where(col(SearchWord.owner_id).in_(kept))
    )
    for owner_id, found_by, spelt, consonants, sound in rows:
        kept[owner_id].add(Entry(found_by, spelt, consonants, sound))
    return [each for each in known if kept[each.owner_id] != each.entries]


async def reword(session: AsyncSession, known: Sequence[Named]) -> None:
    """What they are to be found by are their words from now on, and no others."""
    owners = [each.owner_id for each in known]
    await session.execute(delete(SearchWord).where(col(SearchWord.owner_id).in_(owners)))
    words = [
        asdict(entry) | {"owner_id": each.owner_id, "tenant_id": each.tenant_id}
        for each in known
        for entry in each.entries
    ]
    if words:
        await session.execute(insert(SearchWord), words)
