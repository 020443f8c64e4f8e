"""Participants: whom an organiser invites, by address.

One rule: an address that the directory knows becomes a person, silently. Of a person of another
tenant the inviter is shown no more than they typed, so such a person looks to them like a guest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast
from uuid import UUID, uuid4

from sqlalchemy import Index, Text
from sqlmodel import Field

from services.booking.database import BookingTable, new_row
from shared.events.booking import ParticipantFacts, ParticipantKind
from shared.events.directory import Language, PersonFacts


@dataclass(frozen=True)
class Invited:
    """What the organiser typed of somebody."""

    email: str
    name: str | None
    language: Language | None


class Participant(BookingTable, table=True):
    """Somebody invited to a booking, beside its organiser: a person, or a guest."""

    __tablename__: ClassVar[Any] = "participants"
    __table_args__ = (
        Index("participants_booking_id_email_idx", "booking_id", "email", unique=True),
    )

    id: UUID = Field(primary_key=True)
    """A guest's `guest_id`; of a person it says nothing."""
    booking_id: UUID = Field(foreign_key="bookings.id")
    position: int
    person_id: UUID | None = Field(default=None, index=True)
    is_colleague: bool
    """A person of the organiser's own tenant, who may be shown as one."""
    name: str = Field(sa_type=Text)
    email: str = Field(sa_type=Text)
    language: str = Field(sa_type=Text)

    @property
    def is_guest(self) -> bool:
        return self.person_id is None

    @property
    def is_from_next_door(self) -> bool:
        """A person of another tenant."""
        return not self.is_guest and not self.is_colleague

    def facts(self) -> ParticipantFacts:
        return ParticipantFacts(
            kind=ParticipantKind.GUEST if self.is_guest else ParticipantKind.PERSON,
            person_id=self.person_id,
            guest_id=self.id if self.is_guest else None,
            name=self.name,
            email=self.email,
            language=cast(Language, self.language),
        )


def participants_of(
    booking_id: UUID,
    invited: Sequence[Invited],
    *,
    people: Mapping[str, PersonFacts],
    tenant_id: UUID,
    organiser_id: UUID,
    language: Language,
    already: Sequence[Participant] = (),
) -> list[Participant]:
    """The rows for whom was invited; who was among them `already` stays who they are, but for what
    is said of them anew.

    `people` are the listed people of these addresses, by lower-case address. The organiser and
    repeated addresses are left out; `language` is for those of whom nothing else is known.
    """
    known = {participant.email: participant for participant in already}
    rows: dict[str, Participant] = {}
    for one in invited:
        address = one.email.lower()
        person = people.get(address)
        if address in rows or (person is not None and person.person_id == organiser_id):
            continue
        colleague = person if person is not None and person.tenant_id == tenant_id else None
        before = known.get(address)
        usual = before or colleague
        rows[address] = new_row(
            Participant,
            id=before.id if before else uuid4(),
            booking_id=booking_id,
            position=len(rows),
            person_id=person.person_id if person else None,
            is_colleague=colleague is not None,
            name=one.name or _name(before, colleague) or address.split("@")[0],
            email=address,
            language=one.language or (usual.language if usual else language),
        )
    return list(rows.values())


def _name(before: Participant | None, colleague: PersonFacts | None) -> str | None:
    return before.name if before else colleague.display_name if colleague else None
