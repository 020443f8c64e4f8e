"""Moving to the instants that wall times mean now: bookings, and what is kept beside them."""

from services.booking.rederiving.commands.beside import Beside, follow_beside
from services.booking.rederiving.commands.bookings import (
    Became,
    Outcome,
    foresee,
    move_together,
    rederive,
)

__all__ = [
    "Became",
    "Beside",
    "Outcome",
    "follow_beside",
    "foresee",
    "move_together",
    "rederive",
]
