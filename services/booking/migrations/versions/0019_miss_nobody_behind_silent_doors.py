"""Know which door controllers are silent, and miss nobody behind them."""

import sqlalchemy as sa
from alembic import op

from services.booking.rooms.watched import Part, Watched, watch

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "known_controllers",
        sa.Column("controller_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("zone_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("silent_since", MOMENT, nullable=True),
        sa.Column("heard_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("controller_id", name=op.f("known_controllers_pkey")),
    )
    op.execute(watch(Watched("known_controllers", Part.EMERGENCY, "controller_id")))


def downgrade() -> None:
    op.drop_table("known_controllers")
