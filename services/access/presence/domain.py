"""Presence: where each holder was last known to be, and by which decision that is known.

Two rules: an older passage that is told late changes nothing; an entry that was granted and not
told of yet counts where somebody may enter but once.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlmodel import Field

from services.access.database import UTC_TIME, AccessTable, one_of
from shared.events.access import HolderKind


class Presence(AccessTable, table=True):
    """The last that is known of one holder: a person, or a visitor on one visit."""

    __tablename__ = "presence"
    __table_args__ = (one_of("holder_kind", HolderKind),)

    holder_kind: HolderKind = Field(sa_type=String, primary_key=True)
    holder_id: UUID = Field(primary_key=True)
    """The person's id, or the *visit's*: somebody who comes twice is present twice."""
    is_inside: bool
    """Whether inside the park."""
    zone_id: UUID | None = None
    since: datetime = Field(sa_type=UTC_TIME)
    decision_id: UUID | None = None
    """By what it is known; None where the desk said so."""
    entering_by: UUID | None = None
    """The decision that granted a way into the park and was not told of yet."""
    entering_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
