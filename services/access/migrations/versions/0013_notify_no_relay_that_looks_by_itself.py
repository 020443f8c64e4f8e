"""Notify no relay that looks by itself: those who notify commit one after the other."""

from alembic import op

from shared.messaging.rest import OUTBOX_WRITTEN, OUTBOX_WRITTEN_BEFORE

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(OUTBOX_WRITTEN)


def downgrade() -> None:
    op.execute(OUTBOX_WRITTEN_BEFORE)
