"""Puts what was found in order: today first, then by how well it fits, then by how near it is.

One rule: nobody is looked for further away while enough has been found nearer: a name that many
have is somebody's of today.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.names.terms import terms_of_name
from services.visitors.names.ways import Fit
from services.visitors.search import store
from services.visitors.search.domain import Asked, asked_for
from services.visitors.search.store import Day, Hit, Shown
from shared.identity.listed import Person


@dataclass
class _Finds:
    """What has been found so far, each visit as the best that was found of it."""

    wanted: int
    by_visit: dict[UUID, Hit] = field(default_factory=dict)

    def add(self, hits: Iterable[Hit]) -> None:
        for hit in hits:
            known = self.by_visit.get(hit.visit_id)
            if known is None or _rank(hit) < _rank(known):
                self.by_visit[hit.visit_id] = hit

    @property
    def are_enough(self) -> bool:
        return len(self.by_visit) >= self.wanted

    def best(self, day: Day) -> list[Hit]:
        def order(hit: Hit) -> tuple[bool, int, float]:
            return *_rank(hit), abs((hit.starts_at - day.at).total_seconds())

        return sorted(self.by_visit.values(), key=order)[: self.wanted]


def _rank(hit: Hit) -> tuple[bool, int]:
    return not hit.is_of_day, hit.closeness


async def found(
    session: AsyncSession, typed: str, *, day: Day, seen_by: Person, limit: int
) -> list[tuple[Hit, Shown]]:
    """The visits that are meant; where none fits, those with the same consonants."""
    finds = _Finds(limit)
    await _look(session, finds, asked_for(typed), day=day, seen_by=seen_by)
    terms = terms_of_name(typed)
    if terms and not finds.by_visit:
        for look in (store.hits_around, store.hits_of_anybody):
            finds.add(await look(session, terms, day=day, seen_by=seen_by, fit=Fit.ALIKE))
    best = finds.best(day)
    shown = await store.shown(session, [hit.visit_id for hit in best])
    return [(hit, shown[hit.visit_id]) for hit in best]


async def _look(
    session: AsyncSession, finds: _Finds, asked: Asked, *, day: Day, seen_by: Person
) -> None:
    """Around the day first; of anybody by the spelling first, which costs less."""
    finds.add(await store.hits_directly(session, asked, day=day, seen_by=seen_by))
    if not asked.terms:
        return
    for look, fit in (
        (store.hits_around, Fit.SOUNDING),
        (store.hits_of_anybody, Fit.SPELT),
        (store.hits_of_anybody, Fit.SOUNDING),
    ):
        finds.add(await look(session, asked.terms, day=day, seen_by=seen_by, fit=fit))
        if finds.are_enough:
            return
