"""What a booking says when something may not be done with it, in the words that people read."""

from shared.errors import Conflict, NotAllowed


class NotYourBooking(NotAllowed):
    """Only the organiser may change this booking."""


class NotInvited(NotAllowed):
    """Only the organiser and those who are invited can check in."""


class AwaitsApproval(Conflict):
    """This request is not decided yet; cancel it, and ask again as you want it."""


class NotRequested(Conflict):
    """This booking waits for nobody's decision."""


class NotYoursToDecide(NotAllowed):
    """Others decide on bookings of this room."""


class RequestLapsed(Conflict):
    """Nobody decided before this request's start; it has lapsed."""


class OrganiserHasLeft(Conflict):
    """Whoever asked for this room has left the park meanwhile."""


class NotTheirRoom(Conflict):
    """This room is not for this colleague to book."""


class ColleagueNeedsApproval(Conflict):
    """This colleague needs somebody's word for this room; let them ask for it themselves."""


class NeedsApproval(Conflict):
    """Here somebody must approve first: ask for it as a new booking, and cancel this one then."""


class NotRestorable(Conflict):
    """Only what its organiser has cancelled can be restored, and only before its start."""


class SameRoom(Conflict):
    """Both bookings are in the same room already."""


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
