"""What has changed since somebody last looked, told by PostgreSQL's own snapshots.

One rule: never by a time or a number. Transactions commit in another order than they begin, read
the clock or count; what is not visible in the snapshot of the last look is new.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import UserDefinedType

from shared.database import Driver
from shared.messaging.outbox import driver_in_transaction

EPOCH_DDL = """
CREATE FUNCTION database_epoch() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT left(encode(sha256(concat_ws('/', s.system_identifier, c.timeline_id, d.oid)::bytea),
                       'hex'), 16)
    FROM pg_control_system() AS s, pg_control_checkpoint() AS c, pg_database AS d
    WHERE d.datname = current_database()
$$
"""
"""The life of a database: restored from a backup it begins another one, and counts anew."""


class TransactionId(UserDefinedType[int]):
    """PostgreSQL's `xid8`: it never runs over."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"


ischema_names["xid8"] = TransactionId  # so that migrations are compared with what is there


@dataclass(frozen=True)
class Mark:
    """A moment in the order of commits: which transactions were over, in the database's life."""

    epoch: str
    """Another one once the database was restored from a backup: it then counts anew."""
    snapshot: str
    """A `pg_snapshot`, as text."""


_MARK = "SELECT database_epoch() AS epoch, pg_current_snapshot()::text AS snapshot"


async def snapshot(connection: Driver) -> str:
    """A `pg_snapshot` of now, as text."""
    taken: str = await connection.fetchval("SELECT pg_current_snapshot()::text")
    return taken


async def this_moment(session: AsyncSession) -> Mark:
    """This moment: what commits later is told to whoever asks since then."""
    row = await (await driver_in_transaction(session)).fetchrow(_MARK)
    assert row is not None
    return Mark(epoch=row["epoch"], snapshot=row["snapshot"])
