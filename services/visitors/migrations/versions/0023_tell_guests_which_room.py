"""Tell the guests of a booking in which room it is, and of another one.

Where they went is not filled in for visits that are over: nobody is told any more.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ROOMS = """
UPDATE visits SET room_zone_id = known_bookings.zone_id FROM known_bookings
WHERE known_bookings.booking_id = visits.booking_id AND visits.ends_at > now()
"""


def upgrade() -> None:
    column = sa.Column("room_zone_id", sa.Uuid(), nullable=True)
    op.add_column("visits", column, if_not_exists=True)  # and not filled in, where that broke off
    with op.get_context().autocommit_block():  # else nobody reads visits until it has filled all
        op.execute(ROOMS)


def downgrade() -> None:
    op.drop_column("visits", "room_zone_id")
