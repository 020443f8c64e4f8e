"""What a series says when it cannot be, in the words that people read."""

from shared.errors import Conflict, NotAllowed, NotFound


class OccurrencesOverlap(Conflict):
    """Two bookings of this series would overlap: {first} and {second}."""


class TooManyInvitations(Conflict):
    """A series invites {limit} times at most in all; invite fewer people, or book fewer times."""


class NoSuchSeries(NotFound):
    """There is no such series."""


class NoSuchOccurrence(NotFound):
    """This series has no booking at that time."""


class SeriesConflicts(Conflict):
    """Of {total} bookings of this series {count} cannot be had; nothing was changed."""


class NotYourSeries(NotAllowed):
    """Only the organiser may change this series."""


class NothingAhead(Conflict):
    """No booking of yours is left in this series after that time."""


class NothingToDecide(Conflict):
    """Nothing in this series waits for your word."""


class RuleNamesItsHours(Conflict):
    """The rule of this series says its hours itself; call it off from there, and make a new one."""
