"""Let visitors be merged: who somebody turned out to be, by whose word, with which addresses."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    emails = postgresql.ARRAY(sa.Text())
    op.add_column(
        "visitors", sa.Column("other_emails", emails, nullable=False, server_default="{}")
    )
    op.alter_column("visitors", "other_emails", server_default=None)
    op.add_column("visitors", sa.Column("merged_into", sa.Uuid(), nullable=True))
    op.add_column("visitors", sa.Column("merged_by", sa.Uuid(), nullable=True))
    op.add_column("visitors", sa.Column("merged_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "visitors", sa.Column("version", sa.Integer(), nullable=False, server_default="1")
    )
    op.alter_column("visitors", "version", server_default=None)
    op.create_foreign_key(
        op.f("visitors_merged_into_fkey"), "visitors", "visitors", ["merged_into"], ["id"]
    )
    op.create_index(op.f("visitors_merged_into_idx"), "visitors", ["merged_into"])


def downgrade() -> None:
    op.drop_index(op.f("visitors_merged_into_idx"), table_name="visitors")
    op.drop_constraint(op.f("visitors_merged_into_fkey"), "visitors")
    for name in ("version", "merged_at", "merged_by", "merged_into", "other_emails"):
        op.drop_column("visitors", name)
