"""Notify nobody who looks by themselves: those who notify commit one after the other."""

from alembic import op

from shared.messaging.rest import OUTBOX_WRITTEN, OUTBOX_WRITTEN_BEFORE

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

CHANGED = """
CREATE OR REPLACE FUNCTION visit_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed := pg_current_xact_id();
    {notify}
    RETURN NEW;
END $$
"""
NOTIFY = "PERFORM pg_notify('parvis_visits', '');"


def upgrade() -> None:
    for function in (OUTBOX_WRITTEN, CHANGED.format(notify="")):
        op.execute(function)


def downgrade() -> None:
    for function in (OUTBOX_WRITTEN_BEFORE, CHANGED.format(notify=NOTIFY)):
        op.execute(function)
