"""Count an entry that was granted and not told of; grant a way out under a used number."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("presence", sa.Column("entering_by", sa.Uuid(), nullable=True))
    op.add_column("presence", sa.Column("entering_at", sa.DateTime(timezone=True), nullable=True))
    op.alter_column("decisions", "sequence", existing_type=sa.BigInteger(), nullable=True)


def downgrade() -> None:
    op.alter_column("decisions", "sequence", existing_type=sa.BigInteger(), nullable=False)
    op.drop_column("presence", "entering_at")
    op.drop_column("presence", "entering_by")
