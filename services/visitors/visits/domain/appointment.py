"""What a visit is about, before anything has happened: who, when, where."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.visitors.policies.domain import VisitKind
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
    room_zone_id: UUID | None = None
    """The booking's room."""

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


@dataclass(frozen=True)
class More:
    """What else may be known of a visit; nothing of it moves the visitor's appointment."""

    kind: VisitKind = VisitKind.VISITOR
    co_host_ids: tuple[UUID, ...] = ()
    escort_ids: tuple[UUID, ...] = ()
    private_note: str | None = None
    accessibility: str | None = None
    plate: str | None = None
    insurance_until: date | None = None
    induction_on: date | None = None
    permit_number: str | None = None

    def columns(self) -> dict[str, Any]:
        """As a row holds them."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return found | {
            "co_host_ids": list(self.co_host_ids),
            "escort_ids": list(self.escort_ids),
        }


NOTHING_MORE = More()


@dataclass(frozen=True)
class InSeries:
    """Which visit of which series one is, and the pass that they share."""

    series_id: UUID
    recurrence_wall: datetime
    pass_rotation: int = 0

    def columns(self) -> dict[str, Any]:
        """As a row holds them."""
        return {"series_id": self.series_id, "recurrence_wall": self.recurrence_wall}
