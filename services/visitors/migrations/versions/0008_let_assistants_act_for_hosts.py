"""Let assistants act for hosts."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "assistants",
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("assistant_id", sa.Uuid(), nullable=False),
        sa.Column("named_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("host_id", "assistant_id", name=op.f("assistants_pkey")),
    )
    op.create_index("assistants_of_whom_idx", "assistants", ["assistant_id", "host_id"])


def downgrade() -> None:
    op.drop_table("assistants")
