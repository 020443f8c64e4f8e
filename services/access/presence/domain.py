"""Presence: where each holder was last known to be, and by which decision that is known.

Two rules: an older passage that is told late changes nothing; an entry that was granted and not
told of yet counts as one where it matters whether somebody is inside.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Index, String, false, text
from sqlmodel import Field

from services.access.database import UTC_TIME, AccessTable, one_of
from shared.errors import NotFound
from shared.events.access import HolderKind

ENTERING_COUNTS_FOR = timedelta(seconds=60)
"""So long an entry that nobody told of counts for anti-passback and occupancy. That of a pass,
which admits once, counts until its holder leaves.
"""


class NoSuchHolder(NotFound):
    """There is no such holder here."""


class Presence(AccessTable, table=True):
    """The last that is known of one holder: a person, or a visitor on one visit."""

    __tablename__ = "presence"
    __table_args__ = (
        one_of("holder_kind", HolderKind),
        Index("presence_zone_id_idx", "zone_id", postgresql_where=text("is_inside")),
    )

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
    """The decision that granted a way in and was not told of yet."""
    entering_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    entering_zone_id: UUID | None = None
    is_forgiven: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    """Anti-passback, and a pass that admits once, do not count against the next entry."""
