"""An assistant acts for a host: sees their visits, invites and changes in their name.

One rule: a host names their own assistants, within their company, and takes the word back alone.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Index
from sqlmodel import Field

from services.visitors.database import VisitorsTable
from shared.errors import Conflict, NotFound

MOST_ASSISTANTS = 20


class NoSuchColleague(NotFound):
    """There is nobody of that id in your company."""


class TooManyAssistants(Conflict):
    """A host has at most 20 assistants."""


class Assistant(VisitorsTable, table=True):
    """Somebody acts for a host."""

    __tablename__ = "assistants"
    __table_args__ = (Index("assistants_of_whom_idx", "assistant_id", "host_id"),)

    host_id: UUID = Field(primary_key=True)
    assistant_id: UUID = Field(primary_key=True)
    named_at: datetime = Field(sa_type=DateTime(timezone=True))
