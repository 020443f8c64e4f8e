"""Special days: dates on which other hours count than the weekday's.

Pure rules. One rule: only what an operator has confirmed changes anything at a door. What a
calendar calculates, a fixed date as well as an estimated one, is a proposal until then: the moon is
sighted, a holiday is decreed, and nobody is locked out by a package.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid4

from sqlalchemy import Index, String, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlmodel import Field

from services.access.database import UTC_TIME, one_of
from services.access.names import Named
from shared.errors import Conflict, NotFound
from shared.events.premises import (
    SpecialDayConfirmed,
    SpecialDayFacts,
    SpecialDayGroupFacts,
    SpecialDayWithdrawn,
)


class SpecialDayStatus(StrEnum):
    """Whether it counts: only a confirmed day does."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"


class NoSuchSpecialDay(NotFound):
    """There is no such special day here."""


class NoSuchSpecialDayGroup(NotFound):
    """There is no such group of special days here."""


class SpecialDayGroupCodeTaken(Conflict):
    """Another group of special days has this code; choose another one."""


class DayOfAnotherGroup(Conflict):
    """That date is a confirmed special day of another group; move or withdraw that one first."""


class AlreadyConfirmed(Conflict):
    """This special day is confirmed already."""


class AlreadyWithdrawn(Conflict):
    """This special day is withdrawn; confirm it if it shall count after all."""


class SpecialDayGroup(Named, table=True):
    """Special days that are alike: schedules say which windows count on them."""

    __tablename__ = "special_day_groups"

    group_id: UUID = Field(default_factory=uuid4, primary_key=True)
    code: str = Field(unique=True)
    added_at: datetime = Field(sa_type=UTC_TIME)


class SpecialDay(Named, table=True):
    """One date of one group. Two holidays of a group may fall on one date, those of two may not."""

    __tablename__ = "special_days"
    __table_args__ = (
        one_of("status", SpecialDayStatus),
        ExcludeConstraint(
            ("day", "="),
            ("group_id", "<>"),
            name="special_days_one_group_a_day",
            using="gist",
            where=text("status = 'confirmed'"),
        ),
        Index("special_days_day_idx", "day", "special_day_id"),
    )

    special_day_id: UUID = Field(default_factory=uuid4, primary_key=True)
    day: date
    group_id: UUID = Field(foreign_key="special_day_groups.group_id", index=True)
    status: SpecialDayStatus = Field(sa_type=String)
    origin: str | None = Field(default=None, unique=True)
    """Which holiday of which year a calendar calculated; None for the park's own days."""
    calculated_day: date | None = None
    """What the calendar said, wherever it was moved since."""
    is_estimated: bool = False
    version: int = 1
    decided_by: UUID | None = None
    """Who last confirmed, moved or withdrew it; None where nobody has looked at it yet."""
    decided_at: datetime | None = Field(default=None, sa_type=UTC_TIME)

    def confirm(self, group: SpecialDayGroup, *, by: UUID, at: datetime) -> SpecialDayConfirmed:
        """It counts; one that was withdrawn counts after all. Raises `AlreadyConfirmed`."""
        if self.status == SpecialDayStatus.CONFIRMED:
            raise AlreadyConfirmed
        self._decide(SpecialDayStatus.CONFIRMED, by=by, at=at)
        return SpecialDayConfirmed(special_day=self.facts(group))

    def move(
        self, to: date, group: SpecialDayGroup, *, by: UUID, at: datetime
    ) -> SpecialDayConfirmed | None:
        """It falls on another date: the moon was sighted. Whether it counts stays as it was; a
        proposal that is moved is announced to nobody. Raises `AlreadyWithdrawn`.
        """
        if self.status == SpecialDayStatus.WITHDRAWN:
            raise AlreadyWithdrawn
        self.day = to
        self._decide(SpecialDayStatus(self.status), by=by, at=at)
        if self.status == SpecialDayStatus.PROPOSED:
            return None
        return SpecialDayConfirmed(special_day=self.facts(group))

    def withdraw(
        self, group: SpecialDayGroup, *, by: UUID, at: datetime
    ) -> SpecialDayWithdrawn | None:
        """It does not count; told to others who were told of it. Raises `AlreadyWithdrawn`."""
        if self.status == SpecialDayStatus.WITHDRAWN:
            raise AlreadyWithdrawn
        was_confirmed = self.status == SpecialDayStatus.CONFIRMED
        self._decide(SpecialDayStatus.WITHDRAWN, by=by, at=at)
        return SpecialDayWithdrawn(special_day=self.facts(group)) if was_confirmed else None

    def _decide(self, status: SpecialDayStatus, *, by: UUID, at: datetime) -> None:
        self.status, self.decided_by, self.decided_at = status, by, at
        self.version += 1

    def confirmed(self, group: SpecialDayGroup) -> SpecialDayConfirmed:
        return SpecialDayConfirmed(special_day=self.facts(group))

    def facts(self, group: SpecialDayGroup) -> SpecialDayFacts:
        return SpecialDayFacts(
            special_day_id=self.special_day_id,
            day=self.day,
            names=self.names,
            group=SpecialDayGroupFacts(group_id=group.group_id, code=group.code, names=group.names),
            is_confirmed=self.status == SpecialDayStatus.CONFIRMED,
        )
