"""Let the claims of a day be read in order of their start, from the index alone."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_check_constraint(
        op.f("claims_length"), "claims", "upper(during) - lower(during) <= '72:00:00'::interval"
    )
    op.create_index(
        "claims_starts_idx",
        "claims",
        [sa.text("lower(during)")],
        postgresql_include=["during", "space_id", "expires_at"],
    )


def downgrade() -> None:
    op.drop_index("claims_starts_idx", table_name="claims")
    op.drop_constraint(op.f("claims_length"), "claims", type_="check")
