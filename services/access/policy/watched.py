"""Which tables make the policy, and how the database counts its versions.

One rule: every transaction that changes one of these tables moves `policy_version` on, once, as the
last thing before its commit, and says in `policy_changes` what changed. Triggers see to it, so that
no writer can forget; the version's row is locked last, so that nobody deadlocks on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ARRAY, BigInteger, CheckConstraint, Identity, String, Uuid
from sqlmodel import Field

from services.access.database import AccessTable

CHANNEL = "policy"
"""Where PostgreSQL tells listeners that there is a new version; `COUNTING` names it too."""


class Part(StrEnum):
    """What is loaded anew together, by the ids that changed; what is small, as a whole."""

    PREMISES = "premises"
    CONTROLLER = "controller"
    SCHEDULE = "schedule"
    CLOSURE = "closure"
    TENANT = "tenant"
    PERSON = "person"
    GROUP = "group"
    PIN = "pin"
    BADGE = "badge"
    RIGHT = "right"
    CEILING = "ceiling"
    VISIT = "visit"


@dataclass(frozen=True)
class Watched:
    """A table of the policy: the part it belongs to, and the column that says whose row it is."""

    table: str
    part: Part
    column: str


WATCHED = (
    Watched("zones", Part.PREMISES, "zone_id"),
    Watched("doors", Part.PREMISES, "door_id"),
    Watched("access_points", Part.PREMISES, "access_point_id"),
    Watched("controllers", Part.PREMISES, "controller_id"),
    Watched("controller_keys", Part.CONTROLLER, "controller_id"),
    Watched("schedules", Part.SCHEDULE, "schedule_id"),
    Watched("special_days", Part.SCHEDULE, "group_id"),
    Watched("lockdowns", Part.CLOSURE, "zone_id"),
    Watched("evacuations", Part.CLOSURE, "zone_id"),
    Watched("tenants", Part.TENANT, "tenant_id"),
    Watched("people", Part.PERSON, "person_id"),
    Watched("group_members", Part.GROUP, "person_id"),
    Watched("pins", Part.PIN, "person_id"),
    Watched("badges", Part.BADGE, "person_id"),
    Watched("rights", Part.RIGHT, "holder_id"),
    Watched("ceilings", Part.CEILING, "zone_id"),
    Watched("known_visits", Part.VISIT, "visit_id"),
)


class PolicyVersion(AccessTable, table=True):
    """One row: the number of the last transaction that changed the policy."""

    __tablename__ = "policy_version"
    __table_args__ = (CheckConstraint("is_only", name="is_only"),)

    is_only: bool = Field(default=True, primary_key=True)
    version: int = Field(default=0, sa_type=BigInteger)


class PolicyChange(AccessTable, table=True):
    """What a version changed. Kept for a while, so that a view can catch up without loading all."""

    __tablename__ = "policy_changes"

    change_id: int | None = Field(
        default=None,
        sa_type=BigInteger,
        primary_key=True,
        sa_column_args=(Identity(always=True),),
    )
    version: int | None = Field(default=None, sa_type=BigInteger, index=True)
    """None until its transaction commits."""
    part: Part = Field(sa_type=String)
    ids: list[object] = Field(sa_type=ARRAY(Uuid))


COUNTING = (
    "INSERT INTO policy_version (is_only, version) VALUES (true, 1)",
    """
CREATE FUNCTION policy_is_noted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE changed uuid[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        EXECUTE format('SELECT array_agg(DISTINCT %I) FROM come', TG_ARGV[1]) INTO changed;
    ELSIF TG_OP = 'DELETE' THEN
        EXECUTE format('SELECT array_agg(DISTINCT %I) FROM gone', TG_ARGV[1]) INTO changed;
    ELSE
        EXECUTE format(
            'SELECT array_agg(id) FROM '
            '(SELECT %1$I FROM come UNION SELECT %1$I FROM gone) AS t (id)',
            TG_ARGV[1]) INTO changed;
    END IF;
    IF changed IS NOT NULL THEN
        INSERT INTO policy_changes (part, ids) VALUES (TG_ARGV[0], changed);
    END IF;
    RETURN NULL;
END $$
""",
    """
CREATE FUNCTION policy_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE mine bigint := NULLIF(current_setting('parvis.policy_version', true), '')::bigint;
BEGIN
    IF mine IS NULL THEN
        UPDATE policy_version SET version = version + 1 RETURNING version INTO mine;
        PERFORM set_config('parvis.policy_version', mine::text, true);
        PERFORM pg_notify('policy', '');
    END IF;
    UPDATE policy_changes SET version = mine WHERE change_id = NEW.change_id;
    RETURN NULL;
END $$
""",
    """
CREATE CONSTRAINT TRIGGER policy_moves_on AFTER INSERT ON policy_changes
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION policy_moves_on()
""",
)
"""What counts; the migration that brings the two tables runs it after them."""

_TRANSITIONS = {
    "INSERT": "NEW TABLE AS come",
    "UPDATE": "OLD TABLE AS gone NEW TABLE AS come",
    "DELETE": "OLD TABLE AS gone",
}


def watch(watched: Watched) -> list[str]:
    """Three triggers that note what changes in that table."""
    return [
        f"CREATE TRIGGER policy_notes_{event.lower()} AFTER {event} ON {watched.table} "
        f"REFERENCING {tables} FOR EACH STATEMENT "
        f"EXECUTE FUNCTION policy_is_noted('{watched.part}', '{watched.column}')"
        for event, tables in _TRANSITIONS.items()
    ]
