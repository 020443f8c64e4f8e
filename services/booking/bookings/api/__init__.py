"""Bookings over HTTP: made, read, changed."""

from services.booking.bookings.api.changing import router as changing
from services.booking.bookings.api.making import router as making
from services.booking.bookings.api.reading import router as reading

ROUTERS = (making, reading, changing)
