"""Search over HTTP: a few letters, and the visits that are meant."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from services.visitors.desk.commands import must_be_at_the_desk
from services.visitors.names.domain import FoundBy
from services.visitors.names.terms import Closeness
from services.visitors.search.found import found
from services.visitors.search.store import Day, Hit, Shown
from services.visitors.surroundings import surroundings_of
from services.visitors.visits.views import VisitView, visit_view
from shared.clock import day_starts, wall_time
from shared.web import Me, Now, Session

router = APIRouter(tags=["desk"])

MOST_FOUND = 50


class FoundVisit(BaseModel):
    """A visit that may be meant."""

    found_by: FoundBy
    is_guess: bool
    """Nobody is called what you typed; this one shares its consonants."""
    host_name: str | None
    visit: VisitView


class FoundVisits(BaseModel):
    """The best first; more letters find others."""

    items: list[FoundVisit]
    next: None = None


def found_view(hit: Hit, shown: Shown) -> FoundVisit:
    visit = visit_view(shown.visit, shown.visitor)
    return FoundVisit(
        found_by=hit.found_by,
        is_guess=hit.closeness is Closeness.SAME_CONSONANTS,
        host_name=shown.host_name,
        visit=visit,
    )


def day_of(at: datetime, *, timezone: str) -> Day:
    """The day of the park's clock at that moment."""
    today = wall_time(at, timezone=timezone).date()
    begins, ends = (day_starts(today + timedelta(days=n), timezone=timezone) for n in (0, 1))
    return Day(begins, ends, at)


@router.get("/desk/search")
async def search(
    session: Session,
    me: Me,
    now: Now,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=100,
            pattern=r"^[^\x00]+$",
            description="The beginning of names, of a company, a host, an e-mail address, a phone"
            " number (or its last four digits), a number plate or a desk code.",
            examples=["cherk"],
        ),
    ],
    limit: Annotated[int, Query(ge=1, le=MOST_FOUND)] = 20,
) -> FoundVisits:
    """Find a visit by a few letters, in Latin or Arabic script, French or English spelling.

    Today's visits come first, then those that are spelt as you type, then those that sound like it.
    """
    must_be_at_the_desk(me)
    day = day_of(now, timezone=surroundings_of(session).timezone)
    rows = await found(session, q, day=day, seen_by=me, limit=limit)
    return FoundVisits(items=[found_view(*row) for row in rows])
