"""Alarms: something that security should look at. They name no person.

One rule: what already has an open alarm raises no second one.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Index, String, text
from sqlmodel import Field

from services.access.database import UTC_TIME, AccessTable, one_of
from shared.errors import Conflict, NotFound
from shared.events.access import AlarmCleared, AlarmFacts, AlarmKind, AlarmRaised


class NoSuchAlarm(NotFound):
    """There is no such alarm here."""


class AlreadyCleared(Conflict):
    """This alarm has been cleared already."""


class Alarm(AccessTable, table=True):
    """Something that security should look at."""

    __tablename__ = "alarms"
    __table_args__ = (
        one_of("kind", AlarmKind),
        Index("alarms_raised_at_idx", "raised_at", "alarm_id"),
        Index(
            "alarms_open_key",
            "kind",
            "source",
            "zone_id",
            unique=True,
            postgresql_where=text("cleared_at IS NULL"),
        ),
    )

    alarm_id: UUID = Field(default_factory=uuid4, primary_key=True)
    kind: AlarmKind = Field(sa_type=String)
    zone_id: UUID | None = None
    source: str
    """What it is about: `booking/<id>`, `visit/<id>`."""
    raised_at: datetime = Field(sa_type=UTC_TIME)
    cleared_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    cleared_by: UUID | None = None

    def raised(self) -> AlarmRaised:
        return AlarmRaised(alarm=self.facts())

    def clear(self, *, by: UUID, at: datetime) -> AlarmCleared:
        """Somebody has dealt with it. Raises `AlreadyCleared`."""
        if self.cleared_at is not None:
            raise AlreadyCleared
        self.cleared_at, self.cleared_by = at, by
        return AlarmCleared(alarm=self.facts())

    def facts(self) -> AlarmFacts:
        return AlarmFacts(
            alarm_id=self.alarm_id,
            kind=AlarmKind(self.kind),
            zone_id=self.zone_id,
            source=self.source,
            raised_at=self.raised_at,
            cleared_at=self.cleared_at,
        )
