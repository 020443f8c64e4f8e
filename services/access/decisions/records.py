"""The row of a decision: which read it answers, what was answered, and what became of it.

One rule: (controller, epoch, sequence) is used once; a way out is granted all the same. Whom the
decision was about lies in the journal's particulars alone.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Index, LargeBinary, String, UniqueConstraint
from sqlmodel import Field

from services.access.database import UTC_TIME, AccessTable, one_of
from services.access.decisions.domain import Outcome, Reason
from shared.events.access import Evidence


class Decision(AccessTable, table=True):
    """One answer to one read."""

    __tablename__ = "decisions"
    __table_args__ = (
        UniqueConstraint("controller_id", "epoch", "sequence", name="decisions_read_key"),
        one_of("outcome", Outcome),
        one_of("reason", Reason),
        one_of("evidence", Evidence),
        Index("decisions_access_point_id_idx", "access_point_id", "decided_at"),
    )

    decision_id: UUID = Field(primary_key=True)
    controller_id: UUID
    epoch: int
    sequence: int | None = Field(default=None, sa_type=BigInteger)
    """None: a way out under a number that another read had before. The journal has that number."""
    body_digest: bytes = Field(sa_type=LargeBinary)
    entry_id: UUID
    """Of the journal. No foreign key: both rows come from one statement, and no entry ever goes."""
    access_point_id: UUID
    outcome: Outcome = Field(sa_type=String)
    reason: Reason = Field(sa_type=String)
    flags: list[str] = Field(sa_type=ARRAY(String))
    strike_ms: int
    open_ms: int = 0
    evidence: Evidence = Field(sa_type=String)
    read_at: datetime = Field(sa_type=UTC_TIME)
    decided_at: datetime = Field(sa_type=UTC_TIME)
    is_taken: bool | None = None
    """None: the door has not said yet."""
    occurred_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    told_at: datetime | None = Field(default=None, sa_type=UTC_TIME)


DECISION_ROW = """
CREATE TYPE decision_row AS (
    entry_id uuid, decision_id uuid, controller_id uuid, epoch int, sequence bigint,
    is_numbered bool, access_point_id uuid, door_id uuid, from_zone_id uuid, to_zone_id uuid,
    outcome text, reason text, flags text[], evidence text, body_digest bytea, strike_ms int,
    open_ms int, read_at timestamptz, decided_at timestamptz, is_taken bool, commitment bytea,
    salt bytea, person_id uuid, visitor_id uuid, visit_id uuid, tenant_id uuid, badge_id uuid,
    card_format text, facility int, number bigint, pass_digest text, booking_ids uuid[],
    inputs text)
"""
"""A decision with its journal entry, as the writer hands many of them over at once: an array of
rows costs the driver a third of what an array for each column does.
"""
