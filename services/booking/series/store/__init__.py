"""What can be looked up of series and of their bookings."""

from services.booking.series.store.series import all_series, occurrences, series

__all__ = ["all_series", "occurrences", "series"]
