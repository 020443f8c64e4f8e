"""Says what was scanned: a pass by its digest, a code, or a document by the names in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.board.domain import NextAction, next_action
from services.visitors.names.domain import FoundBy
from services.visitors.names.terms import Closeness
from services.visitors.names.ways import Fit
from services.visitors.passes.domain import digest_of, read_desk_code
from services.visitors.scans import store
from services.visitors.scans.domain import (
    ScanKind,
    ScanNotKnown,
    WithoutVisit,
    is_named,
    spellings_of,
    token_in,
)
from services.visitors.scans.mrz import looks_like_mrz, read_mrz
from services.visitors.scans.mrz.names import Names
from services.visitors.search.store import Day, hits_of_the_day, shown
from services.visitors.visitors.domain import Visitor
from services.visitors.visits.commands.conditions import conditions_of_visit
from services.visitors.visits.domain import Visit
from services.visitors.visits.store import NoSuchVisit, visit_of_code
from shared.clock import wall_time
from shared.identity.listed import Person

Pair = tuple[Visit, Visitor]
MOST_VISITS = 20
_SAME = (Closeness.SAME, Closeness.SOUNDS_THE_SAME)


@dataclass(frozen=True)
class Scanned:
    """What it was, which visits it may mean, what to do; the names of a document."""

    kind: ScanKind
    visits: list[Pair]
    action: NextAction | WithoutVisit
    names: Names | None = None


async def recognise(
    session: AsyncSession, text: str, *, day: Day, seen_by: Person, timezone: str
) -> Scanned:
    """Raises `ScanNotKnown`, and `MrzUnreadable` where a document was scanned badly."""
    if looks_like_mrz(text):
        names = read_mrz(text, on=wall_time(day.at, timezone=timezone).date()).names
        visits = await _named(session, names, day=day, seen_by=seen_by)
        action = await _action(session, visits, at=day.at)
        return Scanned(ScanKind.DOCUMENT, visits, action, names)
    token = token_in(text)
    if token is not None:
        kind = ScanKind.PASS
        visit = await store.visit_of_pass(session, digest_of(token), seen_by=seen_by, at=day.at)
    else:
        kind = ScanKind.CODE
        visit = await _of_code(session, text, seen_by=seen_by, at=day.at)
    return Scanned(kind, [visit], await _action(session, [visit], at=day.at))


async def _of_code(session: AsyncSession, text: str, *, seen_by: Person, at: datetime) -> Pair:
    try:
        return await visit_of_code(session, read_desk_code(text), seen_by=seen_by, at=at)
    except NoSuchVisit:
        raise ScanNotKnown from None


async def _named(session: AsyncSession, names: Names, *, day: Day, seen_by: Person) -> list[Pair]:
    """Today's visits of people who are called so; by any of several family names."""
    ids = {
        hit.visit_id
        for terms in spellings_of(names.family)
        for term in terms
        for hit in await hits_of_the_day(
            session, (term,), day=day, seen_by=seen_by, fit=Fit.SOUNDING
        )
        if hit.found_by is FoundBy.NAME and hit.closeness in _SAME
    }
    found = await shown(session, sorted(ids))
    pairs = [(each.visit, each.visitor) for each in found.values()]
    named = [pair for pair in pairs if is_named(pair[1].display_name, names)]
    return sorted(named, key=lambda pair: (pair[0].is_over, pair[0].starts_at))[:MOST_VISITS]


async def _action(
    session: AsyncSession, visits: list[Pair], *, at: datetime
) -> NextAction | WithoutVisit:
    if not visits:
        return WithoutVisit.REGISTER
    going_on = [visit for visit, _ in visits if not visit.is_over]
    if len(going_on) > 1:
        return WithoutVisit.CHOOSE
    visit = going_on[0] if going_on else visits[0][0]
    conditions = await conditions_of_visit(session, visit, at=at)
    return next_action(visit.status, conditions, is_let_in=visit.let_in_at is not None)
