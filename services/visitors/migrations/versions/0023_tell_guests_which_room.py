"""Tell the guests of a booking in which room it is, and of another one."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ROOMS = """
UPDATE visits SET room_zone_id = known_bookings.zone_id FROM known_bookings
WHERE known_bookings.booking_id = visits.booking_id
"""


def upgrade() -> None:
    op.add_column("visits", sa.Column("room_zone_id", sa.Uuid(), nullable=True))
    op.execute(ROOMS)


def downgrade() -> None:
    op.drop_column("visits", "room_zone_id")
