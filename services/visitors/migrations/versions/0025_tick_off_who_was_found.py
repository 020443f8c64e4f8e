"""Say when somebody found a visitor whom a door had let in unawaited, and who it was."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("visits", sa.Column("found_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("visits", sa.Column("found_by", sa.Uuid(), nullable=True))


def downgrade() -> None:
    op.drop_column("visits", "found_by")
    op.drop_column("visits", "found_at")
