"""Know which keys of controllers were revoked: they count nowhere, whatever a clock says."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "controller_keys", sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    """Revoked keys stay ended: `ends_at` says so, too."""
    op.drop_column("controller_keys", "revoked_at")
