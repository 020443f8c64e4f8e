"""Give up bookings for which nobody comes."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "rooms",
        sa.Column(
            "release_after_minutes", sa.Integer(), nullable=True, server_default=sa.text("15")
        ),
    )
    op.alter_column("rooms", "release_after_minutes", server_default=None)
    op.create_check_constraint(op.f("rooms_release_after"), "rooms", "release_after_minutes > 0")
    op.create_index(
        "bookings_awaited_idx",
        "bookings",
        ["starts_at", "id"],
        postgresql_where=sa.text("status = 'confirmed'"),
    )


def downgrade() -> None:
    op.drop_index("bookings_awaited_idx", table_name="bookings")
    op.drop_constraint(op.f("rooms_release_after"), "rooms")
    op.drop_column("rooms", "release_after_minutes")
