"""Let people and tenants change and leave: versions, the company's own numbers, departures."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("tenants", "people"):
        op.add_column(table, sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.add_column("tenants", sa.Column("delisted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("people", sa.Column("external_id", sa.String(), nullable=True))
    op.create_index(
        "people_external_id_key",
        "people",
        ["tenant_id", "external_id"],
        unique=True,
        postgresql_where=sa.text("is_listed AND external_id IS NOT NULL"),
    )
    op.create_table(
        "departures",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("counts", JSONB(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "service", name=op.f("departures_pkey")),
    )


def downgrade() -> None:
    op.drop_table("departures")
    op.drop_index("people_external_id_key", table_name="people")
    op.drop_column("people", "external_id")
    op.drop_column("tenants", "delisted_at")
    for table in ("people", "tenants"):
        op.drop_column(table, "version")
