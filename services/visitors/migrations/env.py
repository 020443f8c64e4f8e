"""Alembic's entry: visitors' tables, in one transaction."""

from services.visitors.tables import metadata
from shared.migrate import run_migrations

run_migrations(metadata)
