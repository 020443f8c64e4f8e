"""Let people wait for what is taken."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "waiting",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("equipment", JSONB(), nullable=False),
        sa.Column("accessibility", JSONB(), nullable=False),
        sa.Column("building_zone_id", sa.Uuid(), nullable=True),
        sa.Column("starts_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("layout", sa.Text(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("hold_id", sa.Uuid(), nullable=True),
        sa.Column("offered_room_id", sa.Uuid(), nullable=True),
        sa.Column("offered_until", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("waiting_room_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("waiting_pkey")),
    )
    op.create_index("waiting_mine_idx", "waiting", ["person_id", "created_at", "id"])
    for name, columns, status in (
        ("waiting_queue_idx", ["created_at", "id"], "waiting"),
        ("waiting_offered_idx", ["hold_id"], "offered"),
    ):
        where = sa.text(f"status = '{status}'")
        op.create_index(name, "waiting", columns, postgresql_where=where)
    op.create_index("waiting_starts_idx", "waiting", ["starts_at"])


def downgrade() -> None:
    op.drop_table("waiting")
