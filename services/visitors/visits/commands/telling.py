"""How the visitor is told of a visit; of one that recurs, in one mail for the whole series.

One rule: a series is one entry in the visitor's calendar, and each mail says all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.notices.commands import (
    overtake_unsent,
    take_back_invitation,
    tell_visitor,
)
from services.visitors.notices.domain import Day, NoticeKind, Recurring
from services.visitors.visitors.domain import Visitor
from services.visitors.visits import store
from services.visitors.visits.commands.calling import particulars
from services.visitors.visits.domain import UNANNOUNCED, Visit, VisitSeries
from shared.clock import instant_meant
from shared.events.visits import VisitStatus
from shared.recurrence import Recurrence, until_later

CALLED_OFF = frozenset({VisitStatus.CANCELLED, VisitStatus.REFUSED, *UNANNOUNCED})
"""On these days nobody is expected, or only noted."""


async def tell_of_visit(
    session: AsyncSession, kind: NoticeKind, visit: Visit, visitor: Visitor, *, at: datetime
) -> None:
    """The visitor hears of the visit or, where it is one of a series, of the series anew."""
    if visit.series_id is None:
        await tell_visitor(session, kind, particulars(visit, visitor), at=at)
    else:
        await tell_of_series(session, visit.series_id, kind=kind, at=at)


async def take_back_visit(
    session: AsyncSession, visit: Visit, visitor: Visitor, *, at: datetime
) -> None:
    """The visitor hears that the visit is off; that the series is, where no other day is left."""
    if visit.series_id is None:
        await take_back_invitation(session, particulars(visit, visitor), at=at)
    else:
        await tell_of_series(session, visit.series_id, kind=NoticeKind.UPDATE, at=at)


async def tell_of_series(
    session: AsyncSession, series_id: UUID, *, kind: NoticeKind, at: datetime
) -> None:
    """One mail says what the series is like now; what nobody has sent yet it replaces. Of days that
    are only noted it says nothing.
    """
    series = await store.series_of_visit(session, series_id)
    all_visits = await store.visits_of_series(session, series_id)
    visits = [pair for pair in all_visits if pair[0].status not in UNANNOUNCED]
    if len(visits) < len(all_visits) and all(pair[0].is_over for pair in visits):
        return
    ahead = [pair for pair in visits if not pair[0].is_over]
    if kind is not NoticeKind.INVITATION:
        series.calendar_sequence += 1
    says = particulars(*(ahead or visits)[0]).model_copy(
        update={
            "visit_id": all_visits[0][0].id,
            "calendar_sequence": series.calendar_sequence,
            "recurring": _recurring(series, [visit for visit, _ in all_visits]),
        }
    )
    if not ahead:
        await take_back_invitation(session, says, at=at)
        return
    was_told = await overtake_unsent(session, says.visit_id, kind=NoticeKind.INVITATION)
    kind = kind if was_told else NoticeKind.INVITATION
    await tell_visitor(session, kind, says, at=at)


def _recurring(series: VisitSeries, visits: Sequence[Visit]) -> Recurring:
    """By the first terms; what is at another time is named by itself."""
    recurrence, shift = series.recurrence, series.shift
    days = [(visit, _day(visit, shift)) for visit in visits]
    off = {day.recurrence_wall for visit, day in days if visit.status in CALLED_OFF}
    return Recurring(
        series_id=series.id,
        starts_wall=series.starts_wall + shift,
        ends_wall=series.starts_wall + shift + recurrence.length,
        rule=series.rule and until_later(series.rule, shift),
        dates=tuple(wall + shift for wall in recurrence.dates),
        but_not=tuple(sorted(off | {wall + shift for wall in recurrence.but_not})),
        moved=tuple(
            day
            for visit, day in days
            if visit.status not in CALLED_OFF and not _follows(day, recurrence)
        ),
        days=tuple(
            day for visit, day in days if not visit.is_over and visit.status not in UNANNOUNCED
        ),
    )


def _day(visit: Visit, shift: timedelta) -> Day:
    assert visit.recurrence_wall is not None, "it is of a series"
    wall = visit.recurrence_wall + shift
    return Day(recurrence_wall=wall, starts_at=visit.starts_at, ends_at=visit.ends_at)


def _follows(day: Day, recurrence: Recurrence) -> bool:
    """Whether calendars that follow the rule have it then: its two wall times, whatever becomes of
    the time between them.
    """
    walls = (day.recurrence_wall, day.recurrence_wall + recurrence.length)
    starts_at, ends_at = (instant_meant(wall, timezone=recurrence.timezone) for wall in walls)
    return (day.starts_at, day.ends_at) == (starts_at, ends_at)
