"""Find the visits of a co-host without reading all."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "visits_of_co_host_idx",
        "visits",
        ["co_host_ids"],
        postgresql_using="gin",
        postgresql_where=sa.text("co_host_ids <> '{}'"),
    )


def downgrade() -> None:
    op.drop_index("visits_of_co_host_idx", table_name="visits")
