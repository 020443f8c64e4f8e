"""Series: when bookings recur, and what they have in common.

Pure rules: no session, no clock, no network. Wall times are naive; instants are UTC.
"""

from services.booking.series.domain.changes import Carried, SeriesChange
from services.booking.series.domain.kept import Series
from services.booking.series.domain.recurrence import (
    MOST,
    Occurrence,
    Recurrence,
    window_of,
)
from services.booking.series.domain.wishes import (
    Conflict,
    Granted,
    SeriesWish,
    conflicting,
    must_do_without,
    must_not_overlap,
)

__all__ = [
    "MOST",
    "Carried",
    "Conflict",
    "Granted",
    "Occurrence",
    "Recurrence",
    "Series",
    "SeriesChange",
    "SeriesWish",
    "conflicting",
    "must_do_without",
    "must_not_overlap",
    "window_of",
]
