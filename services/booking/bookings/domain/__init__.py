"""Bookings: who holds which room, and when.

Pure rules: no session, no clock, no network. Callers pass in the time.
"""

from services.booking.bookings.domain.booking import LIVE, Booking
from services.booking.bookings.domain.extras import Extra, must_be_offered
from services.booking.bookings.domain.guest_visits import GuestVisit
from services.booking.bookings.domain.kept import Standing
from services.booking.bookings.domain.participants import Invited, Participant, participants_of
from services.booking.bookings.domain.refusals import (
    AlreadyCancelled,
    AlreadyCheckedIn,
    AlreadyOver,
    AlreadyStarted,
    AlreadyYours,
    InUse,
    NoLongerStands,
    NothingToMove,
    NotInvited,
    NotLater,
    NotStartedYet,
    NotYourBooking,
    TooEarlyToCheckIn,
    TooLateToCancel,
)

__all__ = [
    "LIVE",
    "AlreadyCancelled",
    "AlreadyCheckedIn",
    "AlreadyOver",
    "AlreadyStarted",
    "AlreadyYours",
    "Booking",
    "Extra",
    "GuestVisit",
    "InUse",
    "Invited",
    "NoLongerStands",
    "NotInvited",
    "NotLater",
    "NotStartedYet",
    "NotYourBooking",
    "NothingToMove",
    "Participant",
    "Standing",
    "TooEarlyToCheckIn",
    "TooLateToCancel",
    "must_be_offered",
    "participants_of",
]
