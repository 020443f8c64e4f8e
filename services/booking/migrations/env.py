"""Alembic's entry: booking's tables, in one transaction."""

import services.booking.bookings.domain
import services.booking.rooms.domain  # noqa: F401 - both declare the tables
from services.booking.database import metadata
from shared.migrate import run_migrations

run_migrations(metadata)
