"""Alembic's entry: visitors' tables, step by step."""

from services.visitors.tables import metadata
from shared.migrate import run_migrations

run_migrations(metadata)
