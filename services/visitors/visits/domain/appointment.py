"""What a visit is about, before anything has happened: who, when, where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.errors import Conflict, Malformed
from shared.events.directory import Language

LONGEST_VISIT = timedelta(days=31)
EARLY_CHECK_IN = timedelta(hours=12)
"""How long before its start a visit may be checked in; the pass is live from then on."""


class EndsBeforeItStarts(Malformed):
    """A visit ends after it starts."""


class VisitTooLong(Malformed):
    """A visit lasts at most 31 days."""


class VisitInThePast(Conflict):
    """That time is past; choose one that is still to come."""


@dataclass(frozen=True)
class Appointment:
    """What a visit is about: who hosts, when, where in the park, and with which booking."""

    tenant_id: UUID
    host_id: UUID
    starts_at: datetime
    ends_at: datetime
    timezone: str
    zone_ids: tuple[UUID, ...]
    language: Language
    zones_asked: tuple[UUID, ...] | None = None
    """None: the host tenant's, whatever they become."""
    booking_id: UUID | None = None
    guest_id: UUID | None = None

    def must_make_sense(self, *, at: datetime) -> None:
        """Raises `EndsBeforeItStarts`, `VisitTooLong` or `VisitInThePast`."""
        if self.ends_at <= self.starts_at:
            raise EndsBeforeItStarts
        if self.ends_at - self.starts_at > LONGEST_VISIT:
            raise VisitTooLong
        if self.ends_at <= at:
            raise VisitInThePast

    def is_for_another_day(self, *, at: datetime) -> bool:
        """Whether it is too early for anybody to be here for it."""
        return self.starts_at > at + EARLY_CHECK_IN
