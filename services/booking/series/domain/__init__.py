"""Series: when bookings recur.

Pure rules: no session, no clock, no network. Wall times are naive; instants are UTC.
"""

from services.booking.series.domain.recurrence import (
    MOST,
    Occurrence,
    Recurrence,
    followed,
)
from services.booking.series.domain.rule import Rule

__all__ = ["MOST", "Occurrence", "Recurrence", "Rule", "followed"]
