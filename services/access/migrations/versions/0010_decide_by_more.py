"""Decide by modes, schedules, ceilings, closures, PINs, and by where people are."""

import sqlalchemy as sa
from alembic import op

from services.access.decisions.domain import Reason
from services.access.decisions.records import DECISION_ROW
from services.access.policy.watched import Part, Watched, watch
from shared.events.access import AlarmKind

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLES = (
    Watched("schedules", Part.SCHEDULE, "schedule_id"),
    Watched("special_days", Part.SCHEDULE, "group_id"),
    Watched("lockdowns", Part.CLOSURE, "zone_id"),
    Watched("evacuations", Part.CLOSURE, "zone_id"),
    Watched("group_members", Part.GROUP, "person_id"),
    Watched("pins", Part.PIN, "person_id"),
    Watched("ceilings", Part.CEILING, "zone_id"),
)
FOLLOWERS = {
    "rights": ("schedule_id", "ended_at IS NULL"),
    "ceilings": ("schedule_id", "ended_at IS NULL"),
    "doors": ("unlock_schedule_id", "true"),
}


def upgrade() -> None:
    _decisions()
    op.add_column("presence", sa.Column("entering_zone_id", sa.Uuid(), nullable=True))
    op.add_column(
        "presence",
        sa.Column("is_forgiven", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.create_index(
        "presence_zone_id_idx", "presence", ["zone_id"], postgresql_where=sa.text("is_inside")
    )
    op.add_column(
        "known_visits",
        sa.Column("is_escorted", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "known_visits",
        sa.Column("escort_ids", sa.ARRAY(sa.Uuid()), nullable=False, server_default="{}"),
    )
    for column in ("is_escorted", "escort_ids"):
        op.alter_column("known_visits", column, server_default=None)
    op.add_column("doors", sa.Column("unlocked_until", sa.DateTime(timezone=True), nullable=True))
    _check("alarms", "kind", list(AlarmKind))
    for table, (column, as_long_as) in FOLLOWERS.items():
        _follow(table, column, as_long_as)
    for table_watched in TABLES:
        for statement in watch(table_watched):
            op.execute(statement)


def _decisions() -> None:
    op.add_column(
        "decisions", sa.Column("open_ms", sa.Integer(), nullable=False, server_default="0")
    )
    op.alter_column("decisions", "open_ms", server_default=None)
    op.create_index("decisions_access_point_id_idx", "decisions", ["access_point_id", "decided_at"])
    op.execute("ALTER TABLE decisions DROP CONSTRAINT decisions_reason")
    # The journal keeps the word that was said at the time; it said less than there is to know now.
    op.execute(
        "UPDATE decisions SET reason = 'credential_blocked' WHERE reason = 'credential_not_active'"
    )
    _check("decisions", "reason", list(Reason), is_there=False)
    op.execute("DROP TYPE decision_row")
    op.execute(DECISION_ROW)


def _check(table: str, column: str, words: list[str], *, is_there: bool = True) -> None:
    if is_there:
        op.drop_constraint(op.f(f"{table}_{column}"), table)
    listed = ", ".join(f"'{word}'" for word in words)
    op.create_check_constraint(op.f(f"{table}_{column}"), table, f"{column} IN ({listed})")


def _follow(table: str, column: str, as_long_as: str) -> None:
    follows = f"CASE WHEN {as_long_as} THEN true END"
    op.add_column(
        table, sa.Column("is_schedule_listed", sa.Boolean(), sa.Computed(follows, persisted=True))
    )
    op.create_foreign_key(
        f"{table}_schedule_fkey",
        table,
        "schedules",
        [column, "is_schedule_listed"],
        ["schedule_id", "is_listed"],
    )


def downgrade() -> None:
    for table_watched in TABLES:
        for event in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER policy_notes_{event} ON {table_watched.table}")
    for table in FOLLOWERS:
        op.drop_constraint(f"{table}_schedule_fkey", table)
        op.drop_column(table, "is_schedule_listed")
    op.drop_column("doors", "unlocked_until")
    op.drop_column("known_visits", "escort_ids")
    op.drop_column("known_visits", "is_escorted")
    op.drop_index("presence_zone_id_idx", table_name="presence")
    op.drop_column("presence", "is_forgiven")
    op.drop_column("presence", "entering_zone_id")
    op.drop_index("decisions_access_point_id_idx", table_name="decisions")
    op.drop_column("decisions", "open_ms")
