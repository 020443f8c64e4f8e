"""An evacuation releases the doors of a zone and of everything within it.

One rule: only a person ends it. A contact that is heard again, or late, starts none that somebody
has ended since; in doubt it starts one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import CheckConstraint, Index, text
from sqlmodel import Field

from services.access.database import UTC_TIME, AccessTable
from shared.errors import Conflict, NotFound
from shared.events.access import EvacuationEnded, EvacuationFacts, EvacuationStarted


class NoSuchEvacuation(NotFound):
    """There is no such evacuation here."""


class NoSuchInput(NotFound):
    """This controller has no input of that code; it must be configured first."""


class AlreadyEvacuated(Conflict):
    """This zone is being evacuated already; its doors are released."""


class EvacuationIsOver(Conflict):
    """This evacuation has been ended already."""


@dataclass(frozen=True, slots=True)
class StandingEvacuations:
    """The zones that are being left, as decisions read them."""

    zone_ids: frozenset[UUID]

    def is_evacuated(self, path: Iterable[UUID]) -> bool:
        """Of the zone of this path (its ancestors and itself): whether it is being left."""
        return bool(self.zone_ids) and not self.zone_ids.isdisjoint(path)


class Evacuation(AccessTable, table=True):
    """One zone, with everything within it, left until somebody says that it is over."""

    __tablename__ = "evacuations"
    __table_args__ = (
        CheckConstraint("(started_by IS NULL) = (controller_id IS NOT NULL)", name="started_by"),
        CheckConstraint("(input IS NULL) = (controller_id IS NULL)", name="input"),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended"),
        Index("evacuations_started_at_idx", "started_at", "evacuation_id"),
        Index(
            "evacuations_standing_key",
            "zone_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("evacuations_zone_idx", "zone_id", "ended_at"),
    )

    evacuation_id: UUID = Field(default_factory=uuid4, primary_key=True)
    zone_id: UUID = Field(foreign_key="zones.zone_id")
    reason: str | None = None
    started_at: datetime = Field(sa_type=UTC_TIME)
    started_by: UUID | None = None
    """None: an input of a controller did."""
    on_behalf_of: UUID | None = None
    controller_id: UUID | None = Field(default=None, foreign_key="controllers.controller_id")
    input: str | None = None
    ended_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    ended_by: UUID | None = None

    def started(self) -> EvacuationStarted:
        return EvacuationStarted(evacuation=self.facts())

    def end(self, *, by: UUID, at: datetime) -> EvacuationEnded:
        """Raises `EvacuationIsOver`."""
        if self.ended_at is not None:
            raise EvacuationIsOver
        self.ended_at, self.ended_by = at, by
        return EvacuationEnded(evacuation=self.facts())

    def covers(self, at: datetime) -> bool:
        """Whether what was seen at that time was seen before somebody ended this."""
        return self.ended_at is None or at < self.ended_at

    def facts(self) -> EvacuationFacts:
        return EvacuationFacts(
            evacuation_id=self.evacuation_id,
            zone_id=self.zone_id,
            started_at=self.started_at,
            ended_at=self.ended_at,
        )


class ControllerInput(AccessTable, table=True):
    """A contact at a controller (a fire panel's) that stands for a zone."""

    __tablename__ = "controller_inputs"

    controller_id: UUID = Field(primary_key=True, foreign_key="controllers.controller_id")
    code: str = Field(primary_key=True)
    zone_id: UUID = Field(foreign_key="zones.zone_id", index=True)
    is_active: bool = False
    seen_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    """When it was last seen to be as `is_active` says, by access's clock."""

    def see(self, *, is_active: bool, at: datetime) -> bool:
        """Keeps what is newer than what is known. False: it was no news."""
        if self.seen_at is not None and at <= self.seen_at:
            return False
        is_news = self.is_active != is_active
        self.is_active, self.seen_at = is_active, at
        return is_news


OLDEST_BELIEVED = timedelta(days=365)
"""Further back only the clock of a controller that has lost the time can be."""


def seen_at(occurred_at: datetime, *, sent_at: datetime | None, received_at: datetime) -> datetime:
    """When a contact changed, by access's clock: as long ago as the controller's own clock says
    between change and sending. A controller that does not say when it sends is believed its clock,
    unless that has lost the time: nobody stays inside for it.
    """
    age = (sent_at or received_at) - occurred_at
    if sent_at is None and age > OLDEST_BELIEVED:
        return received_at
    return received_at - max(age, timedelta(0))
