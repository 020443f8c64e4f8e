"""Tell those who wait of what they are offered, and that it is over, as they are told of bookings.

An offer has the id of the booking that it may become, so it is logged under that.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

OFFERED = """
UPDATE holds SET waiting_id = w.id FROM waiting AS w
WHERE w.hold_id = holds.booking_id AND w.status = 'offered'
"""
CHANGED = """
CREATE FUNCTION offer_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE hold holds := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
BEGIN
    PERFORM log_booking_change(hold.booking_id, ARRAY[hold.person_id]);
    RETURN NULL;
END $$
"""
TRIGGERS = {
    "offer_made": "INSERT ON holds FOR EACH ROW WHEN (NEW.waiting_id IS NOT NULL)",
    "offer_over": (
        "UPDATE ON holds FOR EACH ROW WHEN (NEW.waiting_id IS DISTINCT FROM OLD.waiting_id)"
    ),
    "offer_gone": "DELETE ON holds FOR EACH ROW WHEN (OLD.waiting_id IS NOT NULL)",
}


def upgrade() -> None:
    op.add_column("holds", sa.Column("waiting_id", sa.Uuid(), nullable=True))
    op.execute(OFFERED)
    op.execute(CHANGED)
    for name, event in TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} AFTER {event} EXECUTE FUNCTION offer_changed()")


def downgrade() -> None:
    for name in TRIGGERS:
        op.execute(f"DROP TRIGGER {name} ON holds")
    op.execute("DROP FUNCTION offer_changed")
    op.drop_column("holds", "waiting_id")
