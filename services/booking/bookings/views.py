"""What people are shown of a booking: the whole to its own side, less to those from elsewhere.

One rule: of a participant from another tenant nobody is shown more than the organiser typed; who
does not attend is shown no private title. Who is only invited, from elsewhere, is shown what they
come for, and not what was said between its company and who runs the room; who only runs the room
or decides on it, how many come, and not who.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel

from services.booking.bookings.domain import (
    Booking,
    GuestVisit,
    Participant,
    Standing,
    guest_standing,
)
from shared.clock import local
from shared.events.booking import BookingReason, ParticipantKind
from shared.events.visits import VisitStatus
from shared.identity.listed import Person, Role
from shared.web import ShownWallTime


class ParticipantView(BaseModel):
    """Somebody invited. A guest becomes a visit, whose state is shown here."""

    kind: ParticipantKind
    person_id: UUID | None
    guest_id: UUID | None
    name: str
    email: str | None
    """Only for the organiser's own company."""
    language: Literal["fr", "ar", "en"]
    visit_status: VisitStatus | None
    """Of a guest, to the organiser's own company: where they stand."""


class ExtraView(BaseModel):
    """Something that is had with the room."""

    code: str
    quantity: int
    note: str | None
    """Null too for who is only invited, from another company."""


class AttentionView(BaseModel):
    """The zone's rules have changed since it was booked, and at the instant that its wall time
    means now the room is another's: it stays at its instant, which the wall shows differently.
    Move or cancel it; once moved, this is gone.
    """

    code: Literal["taken_at_its_wall_time"]
    booked_starts_wall: ShownWallTime
    booked_ends_wall: ShownWallTime
    noticed_at: datetime


class BookingView(BaseModel):
    """A booking; times are instants with the offset in force at the booking's own zone."""

    booking_id: UUID
    link: str
    status: Standing
    reason: BookingReason | None
    room_id: UUID
    zone_id: UUID
    tenant_id: UUID
    organiser_id: UUID
    title: str | None
    """Null too where it `is_private` and you do not attend."""
    is_private: bool
    starts_at: datetime
    ends_at: datetime
    starts_wall: ShownWallTime
    ends_wall: ShownWallTime
    timezone: str
    capacity: int
    people: int
    layout: str | None
    extras: list[ExtraView]
    participants: list[ParticipantView]
    """Empty for who neither attends nor is of the organiser's company: `people` says how many."""
    series_id: UUID | None
    recurrence_wall: ShownWallTime | None
    """Of a booking of a series: the wall time by which the series knows it."""
    checked_in_at: datetime | None
    decided_by: UUID | None
    """Who approved or declined it, where somebody had to."""
    decision_note: str | None
    attention: AttentionView | None
    """For the organiser's own company: what must be looked at."""
    is_mine: bool
    version: int


def booking_view(
    booking: Booking,
    *,
    visits: Mapping[UUID, GuestVisit],
    viewer: Person,
    at: datetime,
    link: str,
) -> BookingView:
    is_own_side = viewer.tenant_id == booking.tenant_id
    sees_whom = is_own_side or booking.is_attended_by(viewer)
    sees_decision = is_own_side or _has_a_word_in(booking, viewer)
    timezone = booking.timezone
    return BookingView(
        booking_id=booking.id,
        link=link,
        status=booking.status_at(at),
        reason=booking.reason,
        room_id=booking.room_id,
        zone_id=booking.zone_id,
        tenant_id=booking.tenant_id,
        organiser_id=booking.organiser_id,
        title=title_shown(booking, to=viewer),
        is_private=booking.is_private,
        starts_at=local(booking.starts_at, timezone=timezone),
        ends_at=local(booking.ends_at, timezone=timezone),
        starts_wall=booking.starts_wall,
        ends_wall=booking.ends_wall,
        timezone=timezone,
        capacity=booking.capacity,
        people=booking.people,
        layout=booking.layout,
        extras=[_extra_view(one, with_note=sees_decision) for one in booking.extras],
        participants=[
            _participant_view(one, of=booking, visit=visits.get(one.id), is_own_side=is_own_side)
            for one in (booking.participants if sees_whom else ())
        ],
        series_id=booking.series_id,
        recurrence_wall=booking.recurrence_wall,
        checked_in_at=booking.checked_in_at,
        decided_by=booking.decided_by if sees_decision else None,
        decision_note=booking.decision_note if sees_decision else None,
        attention=_attention(booking) if is_own_side else None,
        is_mine=booking.organiser_id == viewer.person_id,
        version=booking.version,
    )


def _has_a_word_in(booking: Booking, viewer: Person) -> bool:
    """Whether they run the park's rooms, or decide on this one: a request is shown to nobody else
    of another company.
    """
    return (
        viewer.has(Role.FACILITY_MANAGER)
        or booking.decided_by == viewer.person_id
        or booking.status == Standing.REQUESTED
    )


def _extra_view(kept: Mapping[str, Any], *, with_note: bool) -> ExtraView:
    return ExtraView.model_validate(kept if with_note else {**kept, "note": None})


def _attention(booking: Booking) -> AttentionView | None:
    return None if booking.attention is None else AttentionView.model_validate(booking.attention)


def title_shown(booking: Booking, *, to: Person) -> str | None:
    """A private one only to those who attend: not to those who run the park or the company."""
    return booking.title if not booking.is_private or booking.is_attended_by(to) else None


def _participant_view(
    one: Participant, *, of: Booking, visit: GuestVisit | None, is_own_side: bool
) -> ParticipantView:
    shown_as_person = one.is_colleague
    stands_somewhere = is_own_side and not shown_as_person
    return ParticipantView(
        kind=ParticipantKind.PERSON if shown_as_person else ParticipantKind.GUEST,
        person_id=one.person_id if shown_as_person else None,
        guest_id=None if shown_as_person else one.id,
        name=one.name,
        email=one.email if is_own_side else None,
        language=one.language,
        visit_status=guest_standing(of, visit) if stands_somewhere else None,
    )
