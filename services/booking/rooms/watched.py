"""Which tables make the rules of rooms, and how the database counts their versions.

One rule: every transaction that changes one of these tables moves `room_policy` on, once, as the
last thing before its commit, and says in `room_changes` what changed. Triggers see to it, so that
no writer can forget; the version's row is locked last, so that nobody deadlocks on it. A change
without a version is this transaction's own: nobody else can see it yet.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, Text, text
from sqlmodel import Field

from services.booking.database import BookingTable


class Part(StrEnum):
    """Rooms are loaded anew by the ids that changed; the others, being few, as a whole."""

    ROOM = "room"
    ZONE = "zone"
    CLOSURE = "closure"
    SPECIAL_DAY = "special_day"
    EMERGENCY = "emergency"
    """And controllers that are silent: an older process that still serves knows no other part."""


@dataclass(frozen=True)
class Watched:
    """A table of the rules: the part it belongs to, and the column that says whose row it is."""

    table: str
    part: Part
    column: str


WATCHED = (
    Watched("rooms", Part.ROOM, "id"),
    Watched("room_spaces", Part.ROOM, "room_id"),
    Watched("known_zones", Part.ZONE, "zone_id"),
    Watched("closures", Part.CLOSURE, "id"),
    Watched("known_special_days", Part.SPECIAL_DAY, "special_day_id"),
    Watched("known_emergencies", Part.EMERGENCY, "emergency_id"),
    Watched("known_controllers", Part.EMERGENCY, "controller_id"),
)


class RoomPolicy(BookingTable, table=True):
    """One row: the number of the last transaction that changed the rules of rooms."""

    __tablename__: ClassVar[Any] = "room_policy"
    __table_args__ = (CheckConstraint("is_only", name="is_only"),)

    is_only: bool = Field(default=True, primary_key=True)
    version: int = Field(default=0, sa_type=BigInteger)


class RoomChange(BookingTable, table=True):
    """What a version changed."""

    __tablename__: ClassVar[Any] = "room_changes"
    __table_args__ = (
        Index("room_changes_own_idx", "change_id", postgresql_where=text("version IS NULL")),
    )

    change_id: int | None = Field(
        default=None,
        sa_type=BigInteger,
        primary_key=True,
        sa_column_args=(Identity(always=True),),
    )
    version: int | None = Field(default=None, sa_type=BigInteger, index=True)
    """None until its transaction commits."""
    part: Part = Field(sa_type=Text)
    changed_id: UUID


COUNTING = (
    "INSERT INTO room_policy (is_only, version) VALUES (true, 1)",
    """
CREATE FUNCTION room_change_is_noted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO room_changes (part, changed_id)
    VALUES (TG_ARGV[0], (to_jsonb(coalesce(NEW, OLD)) ->> TG_ARGV[1])::uuid);
    RETURN NULL;
END $$
""",
    """
CREATE FUNCTION room_policy_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE mine bigint := NULLIF(current_setting('parvis.room_policy', true), '')::bigint;
BEGIN
    IF mine IS NULL THEN
        UPDATE room_policy SET version = version + 1 RETURNING version INTO mine;
        PERFORM set_config('parvis.room_policy', mine::text, true);
        -- Who is further behind loads all.
        DELETE FROM room_changes WHERE version < mine - 1000;
    END IF;
    UPDATE room_changes SET version = mine WHERE change_id = NEW.change_id;
    RETURN NULL;
END $$
""",
    """
CREATE CONSTRAINT TRIGGER room_policy_moves_on AFTER INSERT ON room_changes
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION room_policy_moves_on()
""",
)
"""What counts; the migration that brings the two tables runs it after them."""


def watch(watched: Watched) -> str:
    """A trigger that notes what changes in that table."""
    return (
        f"CREATE TRIGGER room_change_is_noted AFTER INSERT OR UPDATE OR DELETE ON {watched.table} "
        f"FOR EACH ROW EXECUTE FUNCTION "
        f"room_change_is_noted('{watched.part}', '{watched.column}')"
    )
