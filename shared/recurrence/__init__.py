"""When something recurs, by RFC 5545: rules as they are written, the days that they make.

Pure: no session, no clock, no network. Wall times are naive; instants are UTC.
"""

from shared.recurrence.recurring import Recurrence, Start, followed, span_of
from shared.recurrence.rule import Rule, until_later

__all__ = ["Recurrence", "Rule", "Start", "followed", "span_of", "until_later"]
