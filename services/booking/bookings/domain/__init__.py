"""Bookings: who holds which room, and when.

Pure rules: no session, no clock, no network. Callers pass in the time.
"""

from services.booking.bookings.domain.booking import LIVE, Booking
from services.booking.bookings.domain.changes import (
    KEPT_FOR,
    BookingChange,
    ForgottenChanges,
    Mark,
    SyncTokenTooOld,
)
from services.booking.bookings.domain.extras import Extra, must_be_offered
from services.booking.bookings.domain.guest_visits import GuestVisit, guest_standing
from services.booking.bookings.domain.kept import Standing
from services.booking.bookings.domain.losing import lose_organiser, lose_participant, lose_room
from services.booking.bookings.domain.ordering import order_extras
from services.booking.bookings.domain.participants import Invited, Participant, participants_of
from services.booking.bookings.domain.refusals import (
    AlreadyCancelled,
    AlreadyCheckedIn,
    AlreadyOver,
    AlreadyStarted,
    AlreadyYours,
    AwaitsApproval,
    InUse,
    NeedsApproval,
    NoLongerStands,
    NothingToMove,
    NotInvited,
    NotLater,
    NotRequested,
    NotRestorable,
    NotStartedYet,
    NotTheirRoom,
    NotYourBooking,
    NotYoursToDecide,
    OrganiserHasLeft,
    RequestLapsed,
    SameRoom,
    TooEarlyToCheckIn,
    TooLateToCancel,
)
from services.booking.bookings.domain.requested import (
    approve,
    decline,
    lose_who_asked,
    lose_whom_it_names,
    request_again,
    restore,
    withdraw,
)

__all__ = [
    "KEPT_FOR",
    "LIVE",
    "AlreadyCancelled",
    "AlreadyCheckedIn",
    "AlreadyOver",
    "AlreadyStarted",
    "AlreadyYours",
    "AwaitsApproval",
    "Booking",
    "BookingChange",
    "Extra",
    "ForgottenChanges",
    "GuestVisit",
    "InUse",
    "Invited",
    "Mark",
    "NeedsApproval",
    "NoLongerStands",
    "NotInvited",
    "NotLater",
    "NotRequested",
    "NotRestorable",
    "NotStartedYet",
    "NotTheirRoom",
    "NotYourBooking",
    "NotYoursToDecide",
    "NothingToMove",
    "OrganiserHasLeft",
    "Participant",
    "RequestLapsed",
    "SameRoom",
    "Standing",
    "SyncTokenTooOld",
    "TooEarlyToCheckIn",
    "TooLateToCancel",
    "approve",
    "decline",
    "guest_standing",
    "lose_organiser",
    "lose_participant",
    "lose_room",
    "lose_who_asked",
    "lose_whom_it_names",
    "must_be_offered",
    "order_extras",
    "participants_of",
    "request_again",
    "restore",
    "withdraw",
]
