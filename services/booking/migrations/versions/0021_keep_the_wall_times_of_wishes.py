"""Keep the wall times of what people wait for, so that it follows them when the rules change.

Null in rows of before, and of a process of before that still serves: those stay at their instant.
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

COLUMNS = ("starts_wall", "ends_wall")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("waiting", sa.Column(name, sa.DateTime(), nullable=True))


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("waiting", name)
