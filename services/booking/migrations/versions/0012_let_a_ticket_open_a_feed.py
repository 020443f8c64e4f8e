"""Let a ticket open one live feed, for browsers that cannot send a token there."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "feed_tickets",
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("claims", JSONB(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("feed_tickets_pkey")),
    )
    op.create_index("feed_tickets_expires_at_idx", "feed_tickets", ["expires_at"])


def downgrade() -> None:
    op.drop_table("feed_tickets")
