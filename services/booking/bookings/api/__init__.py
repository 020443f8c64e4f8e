"""Bookings over HTTP: made, read, changed."""

from services.booking.bookings.api.changing import router as changing
from services.booking.bookings.api.deciding import router as deciding
from services.booking.bookings.api.extras import router as extras
from services.booking.bookings.api.making import router as making
from services.booking.bookings.api.reading import router as reading

ROUTERS = (making, deciding, extras, reading, changing)
"""Deciding stands before reading: `/bookings/to-approve` is no booking's id."""
