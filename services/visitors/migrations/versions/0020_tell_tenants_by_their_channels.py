"""Tell tenants of their visitors by their own channels too: in a chat, or by SMS."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice_channels",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("vendor", sa.Text(), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.Column("ending", sa.String(), nullable=False),
        sa.Column("kinds", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "vendor IN ('slack', 'teams', 'twilio', 'infobip')", name=op.f("notice_channels_vendor")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("notice_channels_pkey")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("notice_channels_tenant_id_name_key")),
    )
    op.add_column("notices", sa.Column("channel", sa.String(), nullable=True))


def downgrade() -> None:
    op.execute(
        "DELETE FROM notice_attempts USING notices "
        "WHERE notices.id = notice_attempts.notice_id AND notices.channel IS NOT NULL"
    )
    op.execute("DELETE FROM notices WHERE channel IS NOT NULL")
    op.drop_column("notices", "channel")
    op.drop_table("notice_channels")
