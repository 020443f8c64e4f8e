"""Say more of rooms, keep their closures and surroundings, and number the versions of their rules."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.booking.rooms.watched import COUNTING, Part, Watched, watch

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

LISTS = ("layouts", "dated_hours", "special_hours", "extras")
IDS = ("tenant_ids", "person_ids", "shown_tenant_ids", "shown_person_ids", "approver_ids")
FLAGS = ("follows_special_days", "is_shown_to_park")
APPROVERS = "'nobody', 'facility_managers', 'tenant_admins', 'people'"
TABLES = (
    Watched("rooms", Part.ROOM, "id"),
    Watched("room_spaces", Part.ROOM, "room_id"),
    Watched("known_zones", Part.ZONE, "zone_id"),
    Watched("closures", Part.CLOSURE, "id"),
    Watched("known_special_days", Part.SPECIAL_DAY, "special_day_id"),
    Watched("known_emergencies", Part.EMERGENCY, "emergency_id"),
)


def upgrade() -> None:
    _say_more_of_rooms()
    _keep_closures()
    _keep_surroundings()
    _count_versions()


def _say_more_of_rooms() -> None:
    for name in LISTS:
        column = sa.Column(name, JSONB(), server_default=sa.text("'[]'"), nullable=False)
        op.add_column("rooms", column)
    for name in IDS:
        ids: sa.Column[Any] = sa.Column(
            name, ARRAY(sa.Uuid()), server_default=sa.text("'{}'"), nullable=False
        )
        op.add_column("rooms", ids)
    for name in FLAGS:
        flag: sa.Column[Any] = sa.Column(
            name, sa.Boolean(), server_default=sa.text("false"), nullable=False
        )
        op.add_column("rooms", flag)
    accessibility = ARRAY(sa.Text())
    op.add_column(
        "rooms",
        sa.Column("accessibility", accessibility, server_default=sa.text("'{}'"), nullable=False),
    )
    op.add_column("rooms", sa.Column("picture_url", sa.Text(), nullable=True))
    op.add_column(
        "rooms", sa.Column("approved_by", sa.Text(), server_default="nobody", nullable=False)
    )
    op.create_check_constraint(op.f("rooms_approved_by"), "rooms", f"approved_by IN ({APPROVERS})")
    op.execute(
        "UPDATE rooms SET tenant_ids = ARRAY(SELECT tenant_id FROM room_tenants "
        "WHERE room_id = rooms.id ORDER BY tenant_id)"
    )
    op.drop_table("room_tenants")


def _keep_closures() -> None:
    op.create_table(
        "closures",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=True),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_wall", sa.DateTime(), nullable=False),
        sa.Column("ends_wall", sa.DateTime(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("overridden_by", sa.Text(), nullable=False),
        sa.Column(
            "override_person_ids",
            ARRAY(sa.Uuid()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("closures_window")),
        sa.CheckConstraint("num_nonnulls(room_id, zone_id) = 1", name=op.f("closures_of_one")),
        sa.CheckConstraint(
            "overridden_by IN ('nobody', 'facility_managers', 'people')",
            name=op.f("closures_overridden_by"),
        ),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("closures_room_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("closures_pkey")),
    )
    for name in ("room_id", "zone_id", "ends_at"):
        op.create_index(op.f(f"closures_{name}_idx"), "closures", [name])


def _keep_surroundings() -> None:
    op.create_table(
        "known_special_days",
        sa.Column("special_day_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("group_code", sa.Text(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("special_day_id", name=op.f("known_special_days_pkey")),
    )
    op.create_table(
        "known_emergencies",
        sa.Column("emergency_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind IN ('lockdown', 'evacuation')", name=op.f("known_emergencies_kind")
        ),
        sa.PrimaryKeyConstraint("emergency_id", name=op.f("known_emergencies_pkey")),
    )
    op.create_index(
        "known_emergencies_standing_idx",
        "known_emergencies",
        ["zone_id"],
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _count_versions() -> None:
    op.create_table(
        "room_policy",
        sa.Column("is_only", sa.Boolean(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("is_only", name=op.f("room_policy_is_only")),
        sa.PrimaryKeyConstraint("is_only", name=op.f("room_policy_pkey")),
    )
    op.create_table(
        "room_changes",
        sa.Column("change_id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("changed_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("change_id", name=op.f("room_changes_pkey")),
    )
    op.create_index(op.f("room_changes_version_idx"), "room_changes", ["version"])
    op.create_index(
        "room_changes_own_idx",
        "room_changes",
        ["change_id"],
        postgresql_where=sa.text("version IS NULL"),
    )
    for statement in COUNTING:
        op.execute(statement)
    for table in TABLES:
        op.execute(watch(table))


class RoomsWouldOpen(CommandError):
    """Below 0008 a room is kept for companies only, and nobody is asked: these rooms would be open
    to more people. Name companies for them, ask nobody, or take them off the list first."""


_WOULD_OPEN = """
SELECT string_agg(code, ', ' ORDER BY code) FROM rooms
WHERE is_listed AND ((person_ids <> '{}' AND tenant_ids = '{}') OR approved_by <> 'nobody')
"""


def _must_not_open_rooms() -> None:
    codes = op.get_bind().scalar(sa.text(_WOULD_OPEN))
    if codes:
        raise RoomsWouldOpen(f"{' '.join((RoomsWouldOpen.__doc__ or '').split())} ({codes})")


def downgrade() -> None:
    _must_not_open_rooms()
    for table in TABLES:
        op.execute(f"DROP TRIGGER room_change_is_noted ON {table.table}")
    for name in (
        "room_changes",
        "room_policy",
        "known_emergencies",
        "known_special_days",
        "closures",
    ):
        op.drop_table(name)
    op.execute("DROP FUNCTION room_policy_moves_on")
    op.execute("DROP FUNCTION room_change_is_noted")
    op.create_table(
        "room_tenants",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("room_tenants_room_id_fkey")),
        sa.PrimaryKeyConstraint("room_id", "tenant_id", name=op.f("room_tenants_pkey")),
    )
    op.create_index(op.f("room_tenants_tenant_id_idx"), "room_tenants", ["tenant_id"])
    op.execute("INSERT INTO room_tenants SELECT id, unnest(tenant_ids) FROM rooms")
    op.drop_constraint(op.f("rooms_approved_by"), "rooms", type_="check")
    for name in (*LISTS, *IDS, *FLAGS, "accessibility", "picture_url", "approved_by"):
        op.drop_column("rooms", name)
