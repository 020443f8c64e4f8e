"""Bookings over HTTP: made, held, read, changed."""

from services.booking.bookings.api.changing import router as changing
from services.booking.bookings.api.clearing import router as clearing
from services.booking.bookings.api.deciding import router as deciding
from services.booking.bookings.api.extras import router as extras
from services.booking.bookings.api.first import BookingsFirst
from services.booking.bookings.api.holding import router as holding
from services.booking.bookings.api.making import router as making
from services.booking.bookings.api.reading import router as reading

__all__ = ["ROUTERS", "BookingsFirst"]

ROUTERS = (making, holding, deciding, extras, reading, changing, clearing)
"""Deciding stands before reading: `/bookings/to-approve` is no booking's id."""
