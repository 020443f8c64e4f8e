"""Alembic's entry: access's tables, step by step."""

from services.access.tables import metadata
from shared.migrate import run_migrations

run_migrations(metadata)
