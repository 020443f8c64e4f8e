"""Number the versions of what decides, and keep with each decision what was found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.access.policy.watched import COUNTING, Part, Watched, watch

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

DECISION_ROW = """
CREATE TYPE decision_row AS (
    entry_id uuid, decision_id uuid, controller_id uuid, epoch int, sequence bigint,
    is_numbered bool, access_point_id uuid, door_id uuid, from_zone_id uuid, to_zone_id uuid,
    outcome text, reason text, flags text[], evidence text, body_digest bytea, strike_ms int,
    read_at timestamptz, decided_at timestamptz, is_taken bool, commitment bytea, salt bytea,
    person_id uuid, visitor_id uuid, visit_id uuid, tenant_id uuid, badge_id uuid,
    card_format text, facility int, number bigint, pass_digest text, booking_ids uuid[],
    inputs text)
"""

TABLES = (
    Watched("zones", Part.PREMISES, "zone_id"),
    Watched("doors", Part.PREMISES, "door_id"),
    Watched("access_points", Part.PREMISES, "access_point_id"),
    Watched("controllers", Part.PREMISES, "controller_id"),
    Watched("controller_keys", Part.CONTROLLER, "controller_id"),
    Watched("tenants", Part.TENANT, "tenant_id"),
    Watched("people", Part.PERSON, "person_id"),
    Watched("badges", Part.BADGE, "person_id"),
    Watched("rights", Part.RIGHT, "holder_id"),
    Watched("known_visits", Part.VISIT, "visit_id"),
)


def upgrade() -> None:
    op.create_table(
        "policy_version",
        sa.Column("is_only", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("is_only", name=op.f("policy_version_pkey")),
        sa.CheckConstraint("is_only", name=op.f("policy_version_is_only")),
    )
    op.create_table(
        "policy_changes",
        sa.Column("change_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("change_id", name=op.f("policy_changes_pkey")),
    )
    op.create_index(op.f("policy_changes_version_idx"), "policy_changes", ["version"])
    op.add_column("journal_particulars", sa.Column("inputs", JSONB(), nullable=True))
    op.execute(DECISION_ROW)
    for statement in COUNTING:
        op.execute(statement)
    for table in TABLES:
        for statement in watch(table):
            op.execute(statement)


def downgrade() -> None:
    for table in TABLES:
        for event in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER policy_notes_{event} ON {table.table}")
    op.execute("DROP TYPE decision_row")
    op.drop_column("journal_particulars", "inputs")
    op.drop_table("policy_changes")
    op.drop_table("policy_version")
    op.execute("DROP FUNCTION policy_moves_on")
    op.execute("DROP FUNCTION policy_is_noted")
