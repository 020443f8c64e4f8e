"""What a visitor says of a visit that is still to come."""

from __future__ import annotations

from datetime import datetime

from services.visitors.visits.domain.columns import Says
from services.visitors.visits.domain.visit import Visit


def has_said(visit: Visit, says: Says, *, late_minutes: int | None = None) -> bool:
    """Whether that is what they said last."""
    return (visit.says, visit.says_late_minutes) == (says, late_minutes)


def say(visit: Visit, says: Says, *, at: datetime, late_minutes: int | None = None) -> None:
    """The desk and the hosts see it from now on; a move of the visit makes it forgotten."""
    visit.says, visit.says_late_minutes, visit.says_at = says, late_minutes, at
    visit.version += 1
