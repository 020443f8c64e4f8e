"""Keep what a booking's organiser must look at."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bookings", sa.Column("attention", JSONB()))


def downgrade() -> None:
    op.drop_column("bookings", "attention")
