"""What the others answer about a leaver is kept; a company's people leave after it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.departures import commands, store
from services.access.departures.commands import TENANT_LEAVING
from services.access.departures.domain import Departure
from services.access.inbox import inbox, timers
from shared.events.booking import BookingPersonLeft
from shared.events.leaving import LeaverFacts, PersonLeft
from shared.events.visits import VisitPersonLeft

NO_COUNTS = set(LeaverFacts.model_fields)


@inbox.on(BookingPersonLeft, VisitPersonLeft)
async def keep_what_they_answer(event: PersonLeft, session: AsyncSession) -> None:
    answer = Departure(
        person_id=event.leaver.person_id,
        service=event.heard.owner,
        sequence=event.heard.sequence,
        counts=event.leaver.model_dump(exclude=NO_COUNTS),
        answered_at=event.heard.time,
    )
    await store.keep_answers(session, [answer])


@timers.on(TENANT_LEAVING)
async def delist_the_people_of_the_company(key: str, session: AsyncSession, at: datetime) -> None:
    await commands.delist_people_of_tenant(session, UUID(key), at=at)
