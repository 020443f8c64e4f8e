"""The five tables of messaging, the same in every service's own database.

They stand in the metadata so that Alembic sees them; the machinery speaks SQL to them directly.
`messaging_ddl` is what metadata cannot say, for the first migration of each service.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.messaging.rest import OUTBOX_WRITTEN


def add_messaging_tables(metadata: MetaData) -> None:
    """Add `outbox`, `subjects`, `inbox`, `timers` and `retellings` to a service's tables."""
    _outbox(metadata)
    _inbox(metadata)
    Table(
        "subjects",
        metadata,
        Column("subject", Text, primary_key=True),
        Column("sequence", BigInteger, nullable=False),
    )
    Table(
        "timers",
        metadata,
        Column("name", Text, primary_key=True),
        Column("key", Text, primary_key=True),
        Column("due_at", DateTime(timezone=True), nullable=False),
        Column("next_at", DateTime(timezone=True), nullable=False),
        Column("attempts", Integer, nullable=False, server_default="0"),
        Column("reason", Text),
        Index("timers_next_at_idx", "next_at"),
    )
    Table("retellings", metadata, *retelling_columns())


def retelling_columns() -> list[Column[Any]]:
    """Of the last time that a service announced all again: the others, and we (see `OURS`)."""
    return [
        Column("owner", Text, primary_key=True),
        Column("run_id", Uuid, nullable=False),
        Column("floor", BigInteger, nullable=False),
        Column("told", JSONB, nullable=False),
        Column(
            "heard_at",
            DateTime(timezone=True),
            nullable=False,
            server_default=text("clock_timestamp()"),
        ),
    ]


OURS = "ours"
"""The owner in the row of `retellings` whose floor lies under all that we announce."""


def _outbox(metadata: MetaData) -> None:
    Table(
        "outbox",
        metadata,
        Column("position", BigInteger, Identity(always=True), primary_key=True),
        Column("event_id", Uuid, nullable=False, unique=True),
        Column("name", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("sequence", BigInteger, nullable=False),
        Column("tenant_id", Uuid),
        Column("body", Text, nullable=False),
        Column("trace", Text),
        Column("is_replay", Boolean, nullable=False, server_default=text("false")),
        Column(
            "recorded_at",
            DateTime(timezone=True),
            nullable=False,
            server_default=text("clock_timestamp()"),
        ),
        Column("held_for", Text),
        Index("outbox_to_be_sent_idx", "position", postgresql_where=text("held_for IS NULL")),
        Index(
            "outbox_held_idx", "subject", "position", postgresql_where=text("held_for IS NOT NULL")
        ),
    )


def _inbox(metadata: MetaData) -> None:
    Table(
        "inbox",
        metadata,
        Column("event_id", Uuid, primary_key=True),
        Column("name", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("subject", Text, nullable=False),
        Column("sequence", BigInteger, nullable=False),
        Column("status", Text, nullable=False),
        Column("attempts", Integer, nullable=False, server_default="0"),
        Column("next_at", DateTime(timezone=True)),
        Column("body", Text),
        Column("reason", Text),
        Column(
            "received_at",
            DateTime(timezone=True),
            nullable=False,
            server_default=text("clock_timestamp()"),
        ),
        CheckConstraint("status IN ('done', 'waiting', 'parked')", name="status"),
        CheckConstraint("(status = 'done') = (body IS NULL)", name="body"),
        Index(
            "inbox_waiting_idx",
            "source",
            "subject",
            "sequence",
            postgresql_where=text("status = 'waiting'"),
        ),
        Index("inbox_next_idx", "next_at", postgresql_where=text("status = 'waiting'")),
        Index("inbox_parked_idx", "received_at", postgresql_where=text("status = 'parked'")),
        Index("inbox_done_idx", "received_at", postgresql_where=text("status = 'done'")),
    )


def messaging_ddl() -> list[str]:
    """Statements for the first migration, after the tables: the relay is woken by a trigger."""
    return [
        OUTBOX_WRITTEN,
        "CREATE TRIGGER outbox_written AFTER INSERT ON outbox "
        "FOR EACH STATEMENT EXECUTE FUNCTION outbox_written()",
    ]


def messaging_ddl_undone() -> list[str]:
    """The way back, before the tables are dropped."""
    return ["DROP TRIGGER outbox_written ON outbox", "DROP FUNCTION outbox_written()"]
