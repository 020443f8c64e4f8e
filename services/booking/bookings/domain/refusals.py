"""What a booking says when something may not be done with it, in the words that people read."""

from shared.errors import Conflict, NotAllowed


class NotYourBooking(NotAllowed):
    """Only the organiser may change this booking."""


class NotInvited(NotAllowed):
    """Only the organiser and those who are invited can check in."""


class AlreadyCancelled(Conflict):
    """This booking is cancelled already."""


class NoLongerStands(Conflict):
    """This booking no longer stands; make a new one."""


class AlreadyOver(Conflict):
    """This booking is over."""


class AlreadyStarted(Conflict):
    """This booking has started; extend it or end it early instead."""


class NotStartedYet(Conflict):
    """This booking has not started yet; cancel or move it instead."""


class InUse(Conflict):
    """Somebody has come for this booking already; cancel it and make a new one."""


class TooLateToCancel(Conflict):
    """A booking can be cancelled until it starts; after that it can be ended early."""


class AlreadyCheckedIn(Conflict):
    """Somebody has checked this booking in already."""


class TooEarlyToCheckIn(Conflict):
    """It is too early to check in; come back {minutes} minutes before the start."""


class NotLater(Conflict):
    """The new end must be later than the present one."""


class AlreadyYours(Conflict):
    """This booking is yours already; name the colleague who takes it over."""


class NothingToMove(Conflict):
    """Say another room, another start or another end."""
