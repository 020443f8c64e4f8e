"""Alembic's history of access's database."""
