"""Series over HTTP: made, read, changed."""

from services.booking.series.api.changing import router as changing
from services.booking.series.api.making import router as making
from services.booking.series.api.reading import router as reading

ROUTERS = (making, reading, changing)
