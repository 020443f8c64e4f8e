"""Let each tenant say how its visitors' badges look."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "badge_templates",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("colour", sa.String(), nullable=False),
        sa.Column("shows", ARRAY(sa.Text()), nullable=False),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("logo", sa.LargeBinary(), nullable=True),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("colour ~ '^#[0-9a-f]{6}$'", name=op.f("badge_templates_colour")),
        sa.CheckConstraint("octet_length(logo) <= 100000", name=op.f("badge_templates_logo")),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("badge_templates_pkey")),
    )


def downgrade() -> None:
    op.drop_table("badge_templates")
