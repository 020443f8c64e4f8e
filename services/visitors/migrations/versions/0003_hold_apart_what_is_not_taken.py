"""Hold what the broker does not take apart from what is to be sent."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("held_for", sa.Text(), nullable=True))
    op.drop_index("outbox_subject_idx", table_name="outbox")
    op.create_index(
        "outbox_held_idx",
        "outbox",
        ["subject", "position"],
        postgresql_where=sa.text("held_for IS NOT NULL"),
    )
    op.create_index(
        "outbox_to_be_sent_idx",
        "outbox",
        ["position"],
        postgresql_where=sa.text("held_for IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("outbox_to_be_sent_idx", table_name="outbox")
    op.drop_index("outbox_held_idx", table_name="outbox")
    op.create_index("outbox_subject_idx", "outbox", ["subject", "position"])
    op.drop_column("outbox", "held_for")
