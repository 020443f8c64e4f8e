"""Alembic's entry: booking's tables, step by step."""

from services.booking.tables import metadata
from shared.migrate import run_migrations

run_migrations(metadata)
