"""Find what waits for somebody's word, and what has been ordered, without reading all bookings."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

REQUESTED = "status = 'requested'"
WITH_EXTRAS = "extras <> '[]' AND status IN ('confirmed', 'checked_in')"


def upgrade() -> None:
    for name, condition in (
        ("bookings_requested_idx", REQUESTED),
        ("bookings_with_extras_idx", WITH_EXTRAS),
    ):
        op.create_index(name, "bookings", ["starts_at", "id"], postgresql_where=sa.text(condition))


def downgrade() -> None:
    op.drop_index("bookings_with_extras_idx", table_name="bookings")
    op.drop_index("bookings_requested_idx", table_name="bookings")
