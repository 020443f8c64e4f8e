"""Notify nobody who looks by themselves: those who notify commit one after the other.

What few bookings have (a series, an offer that they were made by) is indexed of those alone.
"""

import sqlalchemy as sa
from alembic import op

from shared.messaging.rest import OUTBOX_WRITTEN, OUTBOX_WRITTEN_BEFORE

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

LOG = """
CREATE OR REPLACE FUNCTION log_booking_change(booking uuid, people uuid[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO booking_changes (person_id, booking_id)
        SELECT p, booking FROM unnest(people) AS p ON CONFLICT DO NOTHING;
    {notify}
END $$
"""
MADE = """
CREATE OR REPLACE FUNCTION booking_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO booking_changes (person_id, booking_id) VALUES (NEW.organiser_id, NEW.id)
        ON CONFLICT DO NOTHING;
    {notify}
    RETURN NULL;
END $$
"""
NOTIFY = "PERFORM pg_notify('parvis_bookings', '');"


def upgrade() -> None:
    for function in (OUTBOX_WRITTEN, LOG.format(notify=""), MADE.format(notify="")):
        op.execute(function)
    op.drop_constraint(op.f("bookings_offer_digest_key"), "bookings", type_="unique")
    op.create_index(
        op.f("bookings_offer_digest_key"),
        "bookings",
        ["offer_digest"],
        unique=True,
        postgresql_where=sa.text("offer_digest IS NOT NULL"),
    )
    op.drop_index(op.f("bookings_series_id_idx"), table_name="bookings")
    op.create_index(
        op.f("bookings_series_id_idx"),
        "bookings",
        ["series_id"],
        postgresql_where=sa.text("series_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(op.f("bookings_series_id_idx"), table_name="bookings")
    op.create_index(op.f("bookings_series_id_idx"), "bookings", ["series_id"])
    op.drop_index(op.f("bookings_offer_digest_key"), table_name="bookings")
    op.create_unique_constraint(op.f("bookings_offer_digest_key"), "bookings", ["offer_digest"])
    for function in (OUTBOX_WRITTEN_BEFORE, LOG.format(notify=NOTIFY), MADE.format(notify=NOTIFY)):
        op.execute(function)
