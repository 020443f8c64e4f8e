"""Puts what was found in order: today first, then by how well it fits, then by how near it is."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.names.terms import terms_of_name
from services.visitors.search import store
from services.visitors.search.domain import Asked, asked_for
from services.visitors.search.store import Day, Hit, Shown
from shared.identity.listed import Person


async def found(
    session: AsyncSession, typed: str, *, day: Day, seen_by: Person, limit: int
) -> list[tuple[Hit, Shown]]:
    """The visits that are meant; where none fits, those with the same consonants."""
    asked = asked_for(typed)
    hits = await store.hits(session, asked, day=day, seen_by=seen_by)
    if not hits:
        guess = Asked(terms=terms_of_name(typed))
        hits = await store.hits(session, guess, day=day, seen_by=seen_by, is_loose=True)

    def order(hit: Hit) -> tuple[bool, int, float]:
        return not hit.is_of_day, hit.closeness, abs((hit.starts_at - day.at).total_seconds())

    best = sorted(hits, key=order)[:limit]
    shown = await store.shown(session, [hit.visit_id for hit in best])
    return [(hit, shown[hit.visit_id]) for hit in best]
