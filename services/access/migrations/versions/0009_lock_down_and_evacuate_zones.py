"""Lock zones down, by plans too, and evacuate them, also by an input of a controller."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def _lockdown_plans() -> None:
    op.create_table(
        "lockdown_plans",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("name_fr", sa.String(), nullable=False),
        sa.Column("name_ar", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("zone_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("exempt_person_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("exempt_tenant_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("rank BETWEEN 0 AND 1000", name=op.f("lockdown_plans_rank")),
        sa.PrimaryKeyConstraint("plan_id", name=op.f("lockdown_plans_pkey")),
    )


def _lockdowns() -> None:
    op.create_table(
        "lockdowns",
        sa.Column("lockdown_id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("exempt_person_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("exempt_tenant_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=False),
        sa.Column("on_behalf_of", sa.Uuid(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("rank BETWEEN 0 AND 1000", name=op.f("lockdowns_rank")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("lockdowns_ended")),
        sa.ForeignKeyConstraint(
            ["zone_id"], ["zones.zone_id"], name=op.f("lockdowns_zone_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["lockdown_plans.plan_id"], name=op.f("lockdowns_plan_id_fkey")
        ),
        sa.PrimaryKeyConstraint("lockdown_id", name=op.f("lockdowns_pkey")),
    )
    op.create_index("lockdowns_started_at_idx", "lockdowns", ["started_at", "lockdown_id"])
    stands = sa.text("ended_at IS NULL")
    op.create_index("lockdowns_standing_idx", "lockdowns", ["zone_id"], postgresql_where=stands)
    op.create_index(
        "lockdowns_plan_key",
        "lockdowns",
        ["plan_id", "zone_id"],
        unique=True,
        postgresql_where=stands,
    )


def _evacuations() -> None:
    op.create_table(
        "evacuations",
        sa.Column("evacuation_id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("started_at", INSTANT, nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("on_behalf_of", sa.Uuid(), nullable=True),
        sa.Column("controller_id", sa.Uuid(), nullable=True),
        sa.Column("input", sa.String(), nullable=True),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(started_by IS NULL) = (controller_id IS NOT NULL)",
            name=op.f("evacuations_started_by"),
        ),
        sa.CheckConstraint(
            "(input IS NULL) = (controller_id IS NULL)", name=op.f("evacuations_input")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("evacuations_ended")
        ),
        sa.ForeignKeyConstraint(
            ["zone_id"], ["zones.zone_id"], name=op.f("evacuations_zone_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["controller_id"],
            ["controllers.controller_id"],
            name=op.f("evacuations_controller_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("evacuation_id", name=op.f("evacuations_pkey")),
    )
    op.create_index("evacuations_started_at_idx", "evacuations", ["started_at", "evacuation_id"])
    op.create_index("evacuations_zone_idx", "evacuations", ["zone_id", "ended_at"])
    op.create_index(
        "evacuations_standing_key",
        "evacuations",
        ["zone_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _controller_inputs() -> None:
    op.create_table(
        "controller_inputs",
        sa.Column("controller_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("seen_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["controller_id"],
            ["controllers.controller_id"],
            name=op.f("controller_inputs_controller_id_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["zone_id"], ["zones.zone_id"], name=op.f("controller_inputs_zone_id_fkey")
        ),
        sa.PrimaryKeyConstraint("controller_id", "code", name=op.f("controller_inputs_pkey")),
    )
    op.create_index(op.f("controller_inputs_zone_id_idx"), "controller_inputs", ["zone_id"])


def upgrade() -> None:
    _lockdown_plans()
    _lockdowns()
    _evacuations()
    _controller_inputs()


def downgrade() -> None:
    for table in ("controller_inputs", "evacuations", "lockdowns", "lockdown_plans"):
        op.drop_table(table)
