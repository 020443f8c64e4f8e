"""What callers send about bookings."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.booking.bookings.domain import Extra, Invited
from services.booking.rooms.requests import Code
from shared.web import Email, Instant, Line, Note


class NewParticipant(BaseModel):
    """Somebody to invite, by address."""

    model_config = ConfigDict(extra="forbid")

    email: Email
    name: Line | None = None
    language: Literal["fr", "ar", "en"] | None = None

    def invited(self) -> Invited:
        return Invited(email=self.email, name=self.name, language=self.language)


Participants = Annotated[list[NewParticipant], Field(max_length=200)]


class NewExtra(BaseModel):
    """Something to have with the room, of what the room offers."""

    model_config = ConfigDict(extra="forbid")

    code: Code
    quantity: int = Field(default=1, ge=1, le=100_000)
    note: Annotated[Note, Field(max_length=500)] | None = None

    def ordered(self) -> Extra:
        return Extra(code=self.code, quantity=self.quantity, note=self.note or None)


NewExtras = Annotated[list[NewExtra], Field(max_length=20)]


class Extension(BaseModel):
    """A later end."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"ends_at": "2027-03-01T10:30:00+00:00"}}
    )

    ends_at: Instant


class Move(BaseModel):
    """Only what shall be another."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"starts_at": "2027-03-01T14:00:00+00:00"}}
    )

    room_id: UUID | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None
    layout: Code | None = None
    """How the room shall be set up; null: in no particular way."""


class Edit(BaseModel):
    """Only what shall be another (RFC 7396): what is absent stays as it is."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"title": "Point projet", "is_private": True, "people": 6}},
    )

    title: Line | None = None
    """Null: it has none."""
    is_private: bool = Field(default_factory=bool)  # no default in the schema: absent, it stays
    """Then only those who attend are shown the title."""
    people: Annotated[int, Field(ge=1, le=100_000)] | None = None
    """How many will come, yourself included; null: as many as are named."""


class NewOrder(BaseModel):
    """All that shall be had with the room."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"extras": [{"code": "coffee", "quantity": 8, "note": "sans sucre"}]}
        },
    )

    extras: NewExtras


class Swap(BaseModel):
    """The booking whose room this one takes, and the other way round."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"booking_id": "0b0f9c3e-3b8e-4c61-9a52-0e6a2b1d7c55"}},
    )

    booking_id: UUID


class Clearing(BaseModel):
    """The time in which nothing can be held there."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "starts_at": "2027-03-01T09:00:00+00:00",
                "ends_at": "2027-03-08T09:00:00+00:00",
            }
        },
    )

    starts_at: Instant
    ends_at: Instant

    @model_validator(mode="after")
    def ends_after_it_starts(self) -> "Clearing":
        if self.ends_at <= self.starts_at:
            raise ValueError("ends before it starts")
        return self


class Decision(BaseModel):
    """What is said along with an approval or a refusal."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"note": "Merci de laisser la salle en théâtre."}},
    )

    note: Note | None = None


class HandOver(BaseModel):
    """The colleague who takes over: by id, or by address."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"email": "badr@example.com"}}
    )

    person_id: UUID | None = None
    email: Email | None = None

    @model_validator(mode="after")
    def names_one(self) -> "HandOver":
        if (self.person_id is None) == (self.email is None):
            raise ValueError("name the colleague either by person_id or by email")
        return self


class NewParticipants(BaseModel):
    """All who are invited, beside the organiser."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"participants": [{"email": "amina@example.com"}]}},
    )

    participants: Participants
