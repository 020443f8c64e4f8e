"""One step for many visits at once, each with an outcome of its own.

One rule: whatever can be done is done, in one transaction; what is refused changes nothing of the
others, and repeated under its key the whole answers again as it did.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.visitors.domain import Visitor
from services.visitors.visits import commands, store
from services.visitors.visits.domain import By, Step, Visit
from services.visitors.visits.store import NoSuchVisit
from shared.errors import Refusal
from shared.identity.listed import Person


@dataclass(frozen=True)
class Done:
    """The visit has taken the step."""

    visit: Visit
    visitor: Visitor


@dataclass(frozen=True)
class Refused:
    """It has not, and why."""

    visit_id: UUID
    why: Refusal


async def take_together(
    session: AsyncSession,
    visit_ids: Sequence[UUID],
    step: Step,
    *,
    by: By,
    asked_by: Person,
) -> list[Done | Refused]:
    """In the order in which they were named; each once."""
    found = await store.visits_of_ids(session, visit_ids, seen_by=asked_by)
    conditions = (
        await commands.conditions_of(session, [visit for visit, _ in found.values()], at=by.at)
        if step is Step.CHECK_IN
        else {}
    )

    async def one(visit_id: UUID) -> Done | Refused:
        if visit_id not in found:
            return Refused(visit_id, NoSuchVisit())
        visit, visitor = found[visit_id]
        try:
            open_ones = conditions.get(visit_id)
            await commands.take(session, visit, visitor, step, by=by, conditions=open_ones)
        except Refusal as refusal:
            return Refused(visit_id, refusal)
        return Done(visit, visitor)

    return [await one(visit_id) for visit_id in dict.fromkeys(visit_ids)]
