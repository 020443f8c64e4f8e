"""Keep schedules and special days; let the journal keep what people did."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.create_table(
        "schedules",
        sa.Column("schedule_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("weekly", postgresql.JSONB(), nullable=False),
        sa.Column("special", postgresql.JSONB(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delisted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.tenant_id"], name=op.f("schedules_tenant_id_fkey")
        ),
        sa.PrimaryKeyConstraint("schedule_id", name=op.f("schedules_pkey")),
        sa.UniqueConstraint(
            "schedule_id", "is_listed", name=op.f("schedules_schedule_id_is_listed_key")
        ),
    )
    op.create_index(
        "schedules_code_key",
        "schedules",
        ["code", "tenant_id"],
        unique=True,
        postgresql_where=sa.text("is_listed AND tenant_id IS NOT NULL"),
    )
    op.create_index(
        "schedules_shared_code_key",
        "schedules",
        ["code"],
        unique=True,
        postgresql_where=sa.text("is_listed AND tenant_id IS NULL"),
    )
    op.create_index(op.f("schedules_tenant_id_idx"), "schedules", ["tenant_id"])
    op.create_table(
        "special_day_groups",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_fr", sa.String(), nullable=False),
        sa.Column("name_ar", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("group_id", name=op.f("special_day_groups_pkey")),
        sa.UniqueConstraint("code", name=op.f("special_day_groups_code_key")),
    )
    op.create_table(
        "special_days",
        sa.Column("special_day_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("name_fr", sa.String(), nullable=False),
        sa.Column("name_ar", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=True),
        sa.Column("calculated_day", sa.Date(), nullable=True),
        sa.Column("is_estimated", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('proposed', 'confirmed', 'withdrawn')", name=op.f("special_days_status")
        ),
        postgresql.ExcludeConstraint(
            (sa.column("day"), "="),
            (sa.column("group_id"), "<>"),
            name="special_days_one_group_a_day",
            using="gist",
            where=sa.text("status = 'confirmed'"),
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["special_day_groups.group_id"],
            name=op.f("special_days_group_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("special_day_id", name=op.f("special_days_pkey")),
        sa.UniqueConstraint("origin", name=op.f("special_days_origin_key")),
    )
    op.create_index("special_days_day_idx", "special_days", ["day", "special_day_id"])
    op.create_index(op.f("special_days_group_id_idx"), "special_days", ["group_id"])
    op.drop_constraint(op.f("journal_entries_kind"), "journal_entries")
    op.create_check_constraint(
        op.f("journal_entries_kind"),
        "journal_entries",
        "kind IN ('decision', 'passage', 'search', 'act')",
    )


def downgrade() -> None:
    op.drop_table("special_days")
    op.drop_table("special_day_groups")
    op.drop_table("schedules")
    # The journal still takes acts: those that it holds cannot be taken out of it.
