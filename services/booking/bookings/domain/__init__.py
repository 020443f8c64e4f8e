"""Bookings: who holds which room, and when.

Pure rules: no session, no clock, no network. Callers pass in the time.
"""

from services.booking.bookings.domain.booking import (
    LIVE,
    AlreadyCancelled,
    AlreadyCheckedIn,
    AlreadyOver,
    AlreadyStarted,
    Booking,
    NoLongerStands,
    NothingToMove,
    NotInvited,
    NotLater,
    NotStartedYet,
    NotYourBooking,
    TooEarlyToCheckIn,
    TooLateToCancel,
)
from services.booking.bookings.domain.claims import Claim, RoomTaken
from services.booking.bookings.domain.guest_visits import GuestVisit
from services.booking.bookings.domain.participants import Invited, Participant, participants_of

__all__ = [
    "LIVE",
    "AlreadyCancelled",
    "AlreadyCheckedIn",
    "AlreadyOver",
    "AlreadyStarted",
    "Booking",
    "Claim",
    "GuestVisit",
    "Invited",
    "NoLongerStands",
    "NotInvited",
    "NotLater",
    "NotStartedYet",
    "NotYourBooking",
    "NothingToMove",
    "Participant",
    "RoomTaken",
    "TooEarlyToCheckIn",
    "TooLateToCancel",
    "participants_of",
]
