"""Remember that the desk has taken a check-in back: no door admits that visitor again."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

UNDONE = """
UPDATE visits SET check_in_undone_at = undone.at
FROM (
    SELECT visit_id, max(occurred_at) AS at FROM visit_steps
    WHERE step = 'undo_check_in' GROUP BY visit_id
) AS undone
WHERE undone.visit_id = visits.id
"""


def upgrade() -> None:
    column = sa.Column("check_in_undone_at", sa.DateTime(timezone=True), nullable=True)
    op.add_column("visits", column, if_not_exists=True)  # and not filled in, where that broke off
    with op.get_context().autocommit_block():  # else nobody reads visits until it has filled all
        op.execute(UNDONE)


def downgrade() -> None:
    op.drop_column("visits", "check_in_undone_at")
