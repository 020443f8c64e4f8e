"""Keep groups of people, and the landlord's ceilings over what tenants grant on shared zones."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UTC_TIME = sa.DateTime(timezone=True)
HOLDERS = "rights_holder_kind"


def _only_holders(kinds: str) -> None:
    op.drop_constraint(op.f(HOLDERS), "rights", type_="check")
    op.create_check_constraint(op.f(HOLDERS), "rights", f"holder_kind IN ({kinds})")


def upgrade() -> None:
    _groups()
    _ceilings()
    _only_holders("'person', 'group', 'tenant', 'visit'")
    op.drop_column("rights", "schedule")
    op.add_column("rights", sa.Column("schedule_id", sa.Uuid(), nullable=True))
    op.add_column(
        "rights",
        sa.Column("is_under_ceiling", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.alter_column("rights", "is_under_ceiling", server_default=None)
    op.execute(
        "UPDATE rights SET is_under_ceiling = true FROM tenants AS t "
        "WHERE rights.source = 'grant' AND t.tenant_id = rights.author_tenant_id "
        "AND NOT t.is_landlord"
    )
    op.create_index(
        "rights_zone_idx",
        "rights",
        ["zone_id"],
        postgresql_where=sa.text("holder_kind <> 'visit'"),
    )
    op.create_index(
        "rights_access_point_idx",
        "rights",
        ["access_point_id"],
        postgresql_where=sa.text("access_point_id IS NOT NULL"),
    )


def _groups() -> None:
    op.create_table(
        "groups",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("formed_at", UTC_TIME, nullable=False),
        sa.Column("disbanded_at", UTC_TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.tenant_id"], name=op.f("groups_tenant_id_fkey")
        ),
        sa.PrimaryKeyConstraint("group_id", name=op.f("groups_pkey")),
    )
    op.create_index(op.f("groups_tenant_id_idx"), "groups", ["tenant_id"])
    op.create_index(
        "groups_name_key",
        "groups",
        ["name", "tenant_id"],
        unique=True,
        postgresql_where=sa.text("disbanded_at IS NULL AND tenant_id IS NOT NULL"),
    )
    op.create_index(
        "groups_park_name_key",
        "groups",
        ["name"],
        unique=True,
        postgresql_where=sa.text("disbanded_at IS NULL AND tenant_id IS NULL"),
    )
    op.create_table(
        "group_members",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=False),
        sa.Column("added_at", UTC_TIME, nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["groups.group_id"], name=op.f("group_members_group_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.person_id"], name=op.f("group_members_person_id_fkey")
        ),
        sa.PrimaryKeyConstraint("group_id", "person_id", name=op.f("group_members_pkey")),
    )
    op.create_index(op.f("group_members_person_id_idx"), "group_members", ["person_id"])


def _ceilings() -> None:
    op.create_table(
        "ceilings",
        sa.Column("ceiling_id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("schedule_id", sa.Uuid(), nullable=True),
        sa.Column("valid_from", UTC_TIME, nullable=True),
        sa.Column("valid_until", UTC_TIME, nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("author_tenant_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("set_at", UTC_TIME, nullable=False),
        sa.Column("ended_at", UTC_TIME, nullable=True),
        sa.CheckConstraint("valid_from < valid_until", name=op.f("ceilings_validity")),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.tenant_id"], name=op.f("ceilings_tenant_id_fkey")
        ),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.zone_id"], name=op.f("ceilings_zone_id_fkey")),
        sa.PrimaryKeyConstraint("ceiling_id", name=op.f("ceilings_pkey")),
    )
    op.create_index(op.f("ceilings_tenant_id_idx"), "ceilings", ["tenant_id"])
    op.create_index(
        "ceilings_live_idx",
        "ceilings",
        ["zone_id", "tenant_id"],
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("rights_access_point_idx", table_name="rights")
    op.drop_index("rights_zone_idx", table_name="rights")
    op.drop_column("rights", "is_under_ceiling")
    op.drop_column("rights", "schedule_id")
    op.add_column(
        "rights", sa.Column("schedule", sa.String(), nullable=False, server_default="always")
    )
    op.alter_column("rights", "schedule", server_default=None)
    op.execute("DELETE FROM rights WHERE holder_kind = 'group'")
    _only_holders("'person', 'tenant', 'visit'")
    op.drop_table("ceilings")
    op.drop_table("group_members")
    op.drop_table("groups")
