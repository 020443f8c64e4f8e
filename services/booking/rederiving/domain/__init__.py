"""Deriving instants anew: which bookings are to move, and which of them together."""

from services.booking.rederiving.domain.beside import closure_meant, wish_meant
from services.booking.rederiving.domain.lines import BATCH, lines
from services.booking.rederiving.domain.shifts import (
    Held,
    Shift,
    follow_its_wall_time,
    in_each_others_way,
    stay_at_its_instant,
    those_that_can,
    window_meant,
)

__all__ = [
    "BATCH",
    "Held",
    "Shift",
    "closure_meant",
    "follow_its_wall_time",
    "in_each_others_way",
    "lines",
    "stay_at_its_instant",
    "those_that_can",
    "window_meant",
    "wish_meant",
]
