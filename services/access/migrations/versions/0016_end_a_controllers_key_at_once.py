"""Know which keys of controllers were revoked: they count nowhere, whatever a clock says.

In a table of its own: the release before reads keys by `SELECT *`, prepared once a connection, and
PostgreSQL refuses to run that on once there is another column.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "revoked_controller_keys",
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["key_id"],
            ["controller_keys.key_id"],
            name=op.f("revoked_controller_keys_key_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("key_id", name=op.f("revoked_controller_keys_pkey")),
    )


def downgrade() -> None:
    """Revoked keys stay ended: `ends_at` says so, too."""
    op.drop_table("revoked_controller_keys")
