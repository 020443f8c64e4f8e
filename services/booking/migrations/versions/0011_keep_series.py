"""Keep series: how bookings recur, and what they have in common."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "series",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("organiser_id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("starts_wall", sa.DateTime(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text()),
        sa.Column("dates", JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("but_not", JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("recurs_from", sa.DateTime()),
        sa.Column("recurs_before", sa.DateTime()),
        sa.Column("split_from", sa.Uuid()),
        sa.Column("title", sa.Text()),
        sa.Column("is_private", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("series_room_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("series_pkey")),
    )
    op.create_index("series_organiser_id_created_at_idx", "series", ["organiser_id", "created_at"])


def downgrade() -> None:
    op.drop_table("series")
