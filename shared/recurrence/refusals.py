"""What a recurrence says when it cannot be followed, in the words that people read."""

from shared.errors import Conflict, Malformed


class RuleNotUnderstood(Malformed):
    """The recurrence rule cannot be read at {part}; write it as RFC 5545 does, such as
    FREQ=WEEKLY;BYDAY=MO;COUNT=10.
    """


class RuleTooFine(Malformed):
    """A series repeats by hours, days, weeks, months or years, not by minutes or seconds."""


class RuleWithoutEnd(Malformed):
    """Say when the series ends, by COUNT or by UNTIL."""


class NothingRecurs(Malformed):
    """This makes nothing at all: no day is left."""


class StartsOffItsRule(Malformed):
    """The rule makes nothing at the start that was given; its first is {first}."""


class SeriesTooLong(Conflict):
    """A series reaches 24 months ahead at most, until {last}."""


class TooManyOccurrences(Conflict):
    """A series recurs {limit} times at most."""
