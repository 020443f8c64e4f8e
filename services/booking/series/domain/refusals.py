"""What a series says when it cannot be, in the words that people read."""

from shared.errors import Conflict, Malformed, NotAllowed, NotFound


class RuleNotUnderstood(Malformed):
    """The recurrence rule cannot be read at {part}; write it as RFC 5545 does, such as
    FREQ=WEEKLY;BYDAY=MO;COUNT=10.
    """


class RuleTooFine(Malformed):
    """A series repeats by hours, days, weeks, months or years, not by minutes or seconds."""


class RuleWithoutEnd(Malformed):
    """Say when the series ends, by COUNT or by UNTIL."""


class NothingRecurs(Malformed):
    """This makes no booking at all."""


class StartsOffItsRule(Malformed):
    """The rule makes no booking at the start that was given; its first is {first}."""


class SeriesTooLong(Conflict):
    """A series reaches 24 months ahead at most, until {last}."""


class TooManyOccurrences(Conflict):
    """A series has {limit} bookings at most."""


class OccurrencesOverlap(Conflict):
    """Two bookings of this series would overlap: {first} and {second}."""


class TooManyInvitations(Conflict):
    """A series invites {limit} times at most in all; invite fewer people, or book fewer times."""


class SeriesNeedsApproval(Conflict):
    """This room is given on somebody's word, which is asked for one booking at a time, not for a
    series.
    """


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


class RuleNamesItsHours(Conflict):
    """The rule of this series says its hours itself; call it off from there, and make a new one."""
