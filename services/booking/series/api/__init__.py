"""Series over HTTP: made, read, changed, decided."""

from services.booking.series.api.changing import router as changing
from services.booking.series.api.deciding import router as deciding
from services.booking.series.api.making import router as making
from services.booking.series.api.reading import router as reading

ROUTERS = (making, reading, changing, deciding)
