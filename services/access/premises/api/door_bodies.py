"""What is told and shown of doors."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.access.card_formats import CardFormat
from services.access.names import NamesBody, columns_of
from services.access.premises.domain import (
    AccessPoint,
    Direction,
    Door,
    DoorMode,
    DoorSettings,
)
from shared.events.access import Evidence
from shared.web import Line, Note

StrikeMs = Annotated[int, Field(ge=100, le=60_000)]
OpenMs = Annotated[int, Field(ge=1000, le=600_000)]


class DoorTimes(BaseModel):
    """In milliseconds: how long the lock is released, and how long the door may stand open.

    The extended ones are for people who need longer; left out, they are three times the plain ones
    and at most what a door may have.
    """

    strike_ms: StrikeMs = 5000
    open_ms: OpenMs = 30_000
    extended_strike_ms: StrikeMs | None = None
    extended_open_ms: OpenMs | None = None

    @model_validator(mode="after")
    def _extended_is_longer(self) -> Self:
        if self.extended_strike_ms is None:
            self.extended_strike_ms = min(3 * self.strike_ms, 60_000)
        if self.extended_open_ms is None:
            self.extended_open_ms = min(3 * self.open_ms, 600_000)
        if self.extended_strike_ms < self.strike_ms or self.extended_open_ms < self.open_ms:
            raise ValueError("an extended time is shorter than the plain one")
        return self


class NewDoor(DoorTimes):
    """A door. Without `from_zone_id` it leads in from outside the park."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "code": "door-atlas",
                "names": {"fr": "Salle Atlas", "ar": "قاعة الأطلس", "en": "Atlas room"},
                "from_zone_id": "0198c0de-0000-7000-8000-000000000003",
                "to_zone_id": "0198c0de-0000-7000-8000-000000000004",
                "controller_id": "0198c0de-0000-7000-8000-000000000005",
                "strike_ms": 5000,
                "evidence": "contact",
                "card_format": "H10301",
            }
        },
    )

    code: Line
    names: NamesBody
    from_zone_id: UUID | None = None
    to_zone_id: UUID
    controller_id: UUID
    evidence: Evidence = Evidence.CONTACT
    card_format: CardFormat | None = CardFormat.H10301
    """Null: the reader serves several tenants, each with its own card format."""


class DoorChange(DoorTimes):
    """How a door works from now on, all of it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "names": {"fr": "Salle Atlas", "ar": "قاعة الأطلس", "en": "Atlas room"},
                "strike_ms": 5000,
                "open_ms": 20000,
                "extended_strike_ms": 12000,
                "extended_open_ms": 60000,
                "evidence": "contact",
                "card_format": None,
            }
        },
    )

    names: NamesBody
    evidence: Evidence
    card_format: CardFormat | None
    """Null: the reader serves several tenants, each with its own card format."""

    def settings(self) -> DoorSettings:
        return DoorSettings(
            **self.model_dump(exclude={"names"}),
            **columns_of(self.names),
        )


class NewMode(BaseModel):
    """By what a door's ways in open from now on."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "mode": "schedule",
                "unlock_schedule_id": "0198c0de-0000-7000-8000-000000000006",
                "reason": "Open to the public in the mornings",
            }
        },
    )

    mode: DoorMode
    unlock_schedule_id: UUID | None = None
    """With `schedule` and `first_badge`, and with these alone."""
    reason: Note | None = None


class AccessPointView(BaseModel):
    """One direction through a door."""

    model_config = ConfigDict(from_attributes=True)

    access_point_id: UUID
    direction: Direction
    from_zone_id: UUID | None
    to_zone_id: UUID | None
    is_way_out: bool


class DoorView(BaseModel):
    """A door and its two directions."""

    door_id: UUID
    code: str
    names: NamesBody
    from_zone_id: UUID | None
    to_zone_id: UUID
    controller_id: UUID
    strike_ms: int
    open_ms: int
    extended_strike_ms: int
    extended_open_ms: int
    evidence: Evidence
    card_format: CardFormat | None
    mode: DoorMode
    unlock_schedule_id: UUID | None
    access_points: list[AccessPointView]

    @classmethod
    def of(cls, door: Door, points: list[AccessPoint]) -> DoorView:
        made = {"names", "access_points"}
        shown = {name: getattr(door, name) for name in cls.model_fields if name not in made}
        return cls(
            **shown,
            names=NamesBody.model_validate(door.names),
            access_points=[AccessPointView.model_validate(point) for point in points],
        )
