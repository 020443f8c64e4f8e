"""What has changed for whom: a log by which a phone asks for what is new since it last asked.

The database itself writes it (triggers, migration 0007), whoever changes a booking. One rule: what
is new is told by PostgreSQL's own snapshots, never by a time or a number, since transactions commit
in another order than they count.
"""

from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, Text, text
from sqlmodel import Field

from services.booking.database import BookingTable, Moment
from shared.errors import Conflict
from shared.snapshots import Mark, TransactionId

KEPT_FOR = timedelta(days=30)

__all__ = ["KEPT_FOR", "BookingChange", "ForgottenChanges", "Mark", "SyncTokenTooOld"]


class SyncTokenTooOld(Conflict):
    """This token is too old to say what has changed since; read your bookings anew."""


class BookingChange(BookingTable, table=True):
    """A booking has become another for somebody: made, changed, come to them, or gone from them."""

    __tablename__: ClassVar[Any] = "booking_changes"
    __table_args__ = (Index("booking_changes_changed_idx", "changed"),)

    person_id: UUID = Field(primary_key=True)
    changed: int = Field(
        primary_key=True,
        sa_type=TransactionId,
        sa_column_kwargs={"server_default": text("pg_current_xact_id()")},
    )
    """The transaction that did it."""
    booking_id: UUID = Field(primary_key=True)
    """No foreign key: it may be gone."""
    recorded_at: datetime = Field(
        sa_type=Moment, sa_column_kwargs={"server_default": text("now()")}
    )


class ForgottenChanges(BookingTable, table=True):
    """Up to which transaction was forgotten; a token that has not seen it all is too old."""

    __tablename__: ClassVar[Any] = "forgotten_changes"

    epoch: str = Field(primary_key=True, sa_type=Text)
    changed: int = Field(sa_type=TransactionId)
