"""The pulse of a controller: when it was heard last, and since when it has not been.

One rule: of a silent controller nothing is known since its last sign of life, so that nobody passed
its doors is no evidence. Only a controller that has sent a heartbeat once can fall silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Index, Uuid
from sqlmodel import Field

from services.access.database import UTC_TIME, AccessTable
from shared.events.access import (
    ControllerEvent,
    ControllerFacts,
    ControllerHeard,
    ControllerSilenced,
)


class Pulse(AccessTable, table=True):
    """A controller's signs of life. Beside its own row, which every decision stands on."""

    __tablename__ = "pulses"
    __table_args__ = (Index("pulses_heard_at_idx", "heard_at"),)

    controller_id: UUID = Field(primary_key=True, foreign_key="controllers.controller_id")
    heard_at: datetime = Field(sa_type=UTC_TIME)
    silent_since: datetime | None = Field(default=None, sa_type=UTC_TIME)
    zone_ids: list[UUID] = Field(default_factory=list, sa_type=ARRAY(Uuid))
    """Into which its doors lead, as was said when it fell silent."""

    def hear(self, *, at: datetime) -> list[ControllerEvent]:
        """It lives. What there is to tell: that it is silent no more."""
        self.heard_at = max(self.heard_at, at)
        if self.silent_since is None:
            return []
        self.silent_since = None
        return [ControllerHeard(controller=self.facts())]

    def fall_silent(self, *, since: datetime, zone_ids: Sequence[UUID]) -> list[ControllerEvent]:
        """It has not been heard for too long. What there is to tell: nothing twice, but once more
        where its doors lead elsewhere now.
        """
        if self.silent_since is not None and self.zone_ids == list(zone_ids):
            return []
        self.heard_at = self.silent_since = since
        self.zone_ids = list(zone_ids)
        return [self.silenced()]

    def silenced(self) -> ControllerSilenced:
        return ControllerSilenced(controller=self.facts())

    def facts(self) -> ControllerFacts:
        return ControllerFacts(
            controller_id=self.controller_id,
            zone_ids=tuple(self.zone_ids),
            silent_since=self.silent_since,
            heard_at=self.heard_at,
        )
