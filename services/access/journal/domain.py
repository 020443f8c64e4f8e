"""The journal: entries that are only appended, each with a salted commitment to its particulars.

One rule: an entry never changes. Its particulars (who, with which credential) may be erased; the
commitment, SHA-256 over salt and particulars, still proves what they were to whoever kept them.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy import ARRAY, BigInteger, Identity, Index, LargeBinary, String, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.access.database import UTC_TIME, AccessTable, one_of

SALT_BYTES = 16


class EntryKind(StrEnum):
    """What an entry tells of."""

    DECISION = "decision"
    """A way was granted or denied."""
    PASSAGE = "passage"
    """A granted way was taken, or was not."""
    SEARCH = "search"
    """Somebody looked into the journal."""
    ACT = "act"
    """Somebody changed who may pass, or did what security must be able to trace; `reason` says
    what.
    """


@dataclass(frozen=True, slots=True)
class Particulars:
    """What names somebody: kept beside the entry, erasable."""

    person_id: UUID | None = None
    visitor_id: UUID | None = None
    visit_id: UUID | None = None
    tenant_id: UUID | None = None
    """The holder's home tenant, or the tenant that the visitor visits."""
    badge_id: UUID | None = None
    card_format: str | None = None
    facility: int | None = None
    number: int | None = None
    pass_digest: str | None = None
    booking_ids: tuple[UUID, ...] = ()
    author_id: UUID | None = None
    """Who acted, where it was a person at a screen."""
    details: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, Any] | None = None
    """Of a decision: what was found, and the version of the policy that was decided by."""

    def commitment(self, salt: bytes) -> bytes:
        """SHA-256 over the salt and the particulars in canonical JSON (keys sorted, UTF-8);
        `inputs` are among them where there are any.
        """
        told = {name: getattr(self, name) for name in _TOLD}
        if self.inputs is not None:
            told["inputs"] = self.inputs
        written = orjson.dumps(told, default=str, option=orjson.OPT_SORT_KEYS)
        return hashlib.sha256(salt + written).digest()


_TOLD = tuple(name for name in Particulars.__dataclass_fields__ if name != "inputs")


def new_salt() -> bytes:
    """Without it nobody can guess particulars from a commitment."""
    return secrets.token_bytes(SALT_BYTES)


class JournalEntry(AccessTable, table=True):
    """One thing that happened. The database refuses to change or delete it."""

    __tablename__ = "journal_entries"
    __table_args__ = (
        one_of("kind", EntryKind),
        Index("journal_entries_occurred_at_idx", "occurred_at"),
        Index("journal_entries_door_id_idx", "door_id", "position"),
        Index("journal_entries_to_zone_id_idx", "to_zone_id", "position"),
        Index("journal_entries_from_zone_id_idx", "from_zone_id", "position"),
        Index("journal_entries_decision_id_idx", "decision_id"),
    )

    entry_id: UUID = Field(default_factory=uuid4, primary_key=True)
    position: int | None = Field(
        default=None,
        sa_type=BigInteger,
        unique=True,
        sa_column_args=(Identity(always=True),),
        nullable=False,
    )
    kind: EntryKind = Field(sa_type=String)
    occurred_at: datetime = Field(sa_type=UTC_TIME)
    """By the clock of whoever saw it: a controller's may be wrong."""
    recorded_at: datetime = Field(sa_type=UTC_TIME)
    decision_id: UUID | None = None
    controller_id: UUID | None = None
    epoch: int | None = None
    sequence: int | None = Field(default=None, sa_type=BigInteger)
    access_point_id: UUID | None = None
    door_id: UUID | None = None
    from_zone_id: UUID | None = None
    to_zone_id: UUID | None = None
    outcome: str | None = None
    reason: str | None = None
    flags: list[str] = Field(default_factory=list, sa_type=ARRAY(String))
    evidence: str | None = None
    commitment: bytes = Field(sa_type=LargeBinary)


class JournalParticulars(AccessTable, table=True):
    """Who an entry is about. May be erased, never changed."""

    __tablename__ = "journal_particulars"

    entry_id: UUID = Field(primary_key=True)
    """No foreign key: both rows come from one statement, and no entry ever goes."""
    salt: bytes = Field(sa_type=LargeBinary)
    person_id: UUID | None = Field(default=None, index=True)
    visitor_id: UUID | None = Field(default=None, index=True)
    visit_id: UUID | None = Field(default=None, index=True)
    tenant_id: UUID | None = Field(default=None, index=True)
    badge_id: UUID | None = Field(default=None, index=True)
    card_format: str | None = None
    facility: int | None = None
    number: int | None = Field(default=None, sa_type=BigInteger)
    pass_digest: str | None = None
    booking_ids: list[UUID] = Field(default_factory=list, sa_type=ARRAY(Uuid))
    author_id: UUID | None = None
    details: dict[str, Any] = Field(default_factory=dict, sa_type=JSONB)
    inputs: dict[str, Any] | None = Field(default=None, sa_type=JSONB)
    """Of a decision: what was found, and the version of the policy that was decided by."""


APPEND_ONLY = (
    "CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the journal is append-only' "
    "USING ERRCODE = 'integrity_constraint_violation'; END $$",
    "CREATE TRIGGER journal_is_append_only BEFORE UPDATE OR DELETE ON journal_entries "
    "FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()",
    "CREATE TRIGGER journal_is_never_emptied BEFORE TRUNCATE ON journal_entries "
    "FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()",
    "CREATE TRIGGER particulars_never_change BEFORE UPDATE ON journal_particulars "
    "FOR EACH ROW EXECUTE FUNCTION journal_is_append_only()",
)
"""What metadata cannot say; the first migration runs it after the tables."""
