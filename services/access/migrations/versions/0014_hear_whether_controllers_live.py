"""Hear whether controllers live.

In a table of its own: the controllers' rows are a part of the policy, and each heartbeat would make
a new version of it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "pulses",
        sa.Column("controller_id", sa.Uuid(), nullable=False),
        sa.Column("heard_at", INSTANT, nullable=False),
        sa.Column("silent_since", INSTANT, nullable=True),
        sa.Column("zone_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.ForeignKeyConstraint(
            ["controller_id"],
            ["controllers.controller_id"],
            name=op.f("pulses_controller_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("controller_id", name=op.f("pulses_pkey")),
    )
    op.create_index("pulses_heard_at_idx", "pulses", ["heard_at"])


def downgrade() -> None:
    op.drop_table("pulses")
