"""A change of a series over HTTP: of what its caller has seen, and once, however often repeated."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.series import store
from services.booking.series.commands.deciding import Decided
from services.booking.series.domain import Series
from services.booking.series.views import (
    DecidedView,
    conflict_views,
    occurrence_views,
    series_view,
)
from shared.identity.listed import Person
from shared.web import IfMatch, Me, Now, Once, Session, etag_of, must_match


@dataclass(frozen=True)
class ChangeOnce:
    """The series of the address, to be changed by its caller."""

    session: AsyncSession
    series_id: UUID
    by: Person
    at: datetime
    once: Once
    if_match: str | None

    async def __call__(self, change: Callable[[Series], Awaitable[Series]]) -> Response:
        """Locks the series, changes it, and answers with what came of it."""

        async def work() -> tuple[BaseModel, str]:
            series = await store.series_to_change(self.session, self.series_id, by=self.by)
            must_match(self.if_match, version=series.version)
            changed = await change(series)
            view = series_view(self.session, changed, viewer=self.by)
            return view, etag_of(changed.version)

        return await self.once(work, status=200)

    async def decide(self, decision: Callable[[Series], Awaitable[Decided]]) -> Response:
        """As a change, by those whose word its requests wait for, and what came of each."""

        async def work() -> tuple[BaseModel, str]:
            series = await store.series_to_decide(self.session, self.series_id, by=self.by)
            must_match(self.if_match, version=series.version)
            decided = await decision(series)
            view = DecidedView(
                series=series_view(self.session, series, viewer=self.by),
                occurrences=await occurrence_views(
                    self.session, decided.bookings, of=series, at=self.at
                ),
                skipped=conflict_views(decided.skipped),
            )
            return view, etag_of(series.version)

        return await self.once(work, status=200)


async def _change(
    series_id: UUID, session: Session, me: Me, now: Now, once: Once, if_match: IfMatch = None
) -> ChangeOnce:
    return ChangeOnce(session, series_id, by=me, at=now, once=once, if_match=if_match)


Change = Annotated[ChangeOnce, Depends(_change, scope="function")]
