"""What can be looked up of series and of their bookings."""

from services.booking.series.store.ahead import bookings_ahead, carry_the_rest, requests_ahead
from services.booking.series.store.series import (
    all_series,
    occurrences,
    series,
    series_to_change,
    series_to_decide,
)

__all__ = [
    "all_series",
    "bookings_ahead",
    "carry_the_rest",
    "occurrences",
    "requests_ahead",
    "series",
    "series_to_change",
    "series_to_decide",
]
