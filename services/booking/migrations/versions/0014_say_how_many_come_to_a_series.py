"""Keep of a series how many were said to come, so that its bookings can follow another number."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("series", sa.Column("people", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("series", "people")
