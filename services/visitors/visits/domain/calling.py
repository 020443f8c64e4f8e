"""The host of a visitor who is here is called, until somebody comes to meet them.

One rule: a call is answered when the visit goes on, or when a host says that they are coming. What
is old news calls nobody.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from services.visitors.visits.domain.steps import By
from services.visitors.visits.domain.visit import Visit
from shared.errors import Conflict
from shared.events.visits import VisitStatus

NEWS_FOR = timedelta(minutes=30)
"""What is learned of later than that tells nobody to hurry."""


class NobodyToMeet(Conflict):
    """This visitor is not here; there is nobody to meet."""


def is_news(by: By) -> bool:
    """Whether a step is learned of soon enough after it happened."""
    return (by.recorded_at or by.at) - by.at <= NEWS_FOR


def unanswered_since(visit: Visit) -> datetime | None:
    """Since when somebody waits to be met; None where nobody does."""
    waits = {VisitStatus.ARRIVED, VisitStatus.CHECKED_IN}
    return visit.host_told_at if visit.status in waits and visit.host_coming_at is None else None


def meet(visit: Visit, *, person_id: UUID, at: datetime) -> None:
    """A host goes to meet the visitor; said again it is no news. Raises `NobodyToMeet`."""
    if not visit.is_here:
        raise NobodyToMeet
    if visit.host_coming_at is None:
        visit.host_coming_at, visit.host_coming_by = at, person_id
        visit.version += 1
