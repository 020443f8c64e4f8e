"""Where a booking's guests stand, as visitors says; kept for display alone, and no more of it.

One rule: a person of another tenant, who looks like a guest to the inviter, stands somewhere as a
guest does. Who is none of visitors' guests stands as the booking does, until a door has seen them.
"""

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from services.booking.bookings.domain.booking import Booking
from services.booking.bookings.domain.kept import Standing
from services.booking.bookings.domain.participants import Participant
from services.booking.database import BookingTable
from shared.events.visits import VisitStatus

_UNDECIDED = frozenset({Standing.REQUESTED, Standing.DECLINED})


class GuestVisit(BookingTable, table=True):
    """The visit that a guest of a booking has become. No foreign key: it may be heard of first.

    Of a person of another tenant, who makes no visit: that they have come.
    """

    __tablename__: ClassVar[Any] = "guest_visits"
    __table_args__ = (Index("guest_visits_booking_id_guest_id_idx", "booking_id", "guest_id"),)

    visit_id: UUID = Field(primary_key=True)
    booking_id: UUID
    guest_id: UUID
    status: str = Field(sa_type=Text)
    sequence: int = Field(sa_type=BigInteger)

    @classmethod
    def by_own_badge(cls, participant: Participant) -> "GuestVisit":
        """Somebody from next door has come, through the room's door."""
        return cls(
            visit_id=participant.id,
            booking_id=participant.booking_id,
            guest_id=participant.id,
            status=VisitStatus.CHECKED_IN.value,
            sequence=1,
        )


def guest_standing(booking: Booking, visit: GuestVisit | None) -> VisitStatus | None:
    """Where a guest stands. None: nobody is expected for a request."""
    if visit is not None:
        return VisitStatus(visit.status)
    if booking.status in _UNDECIDED:
        return None
    return VisitStatus.EXPECTED if booking.is_live else VisitStatus.CANCELLED
