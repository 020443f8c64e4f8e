"""Tickets, and whose bookings have changed among those who listen."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.booking.feeds.domain import FeedTicket, TicketNotAccepted, digest_of
from shared.database import Driver
from shared.identity.listed import SignInClaims
from shared.snapshots import snapshot

_CHANGED = """
WITH changed AS MATERIALIZED (
    SELECT person_id FROM booking_changes
    WHERE changed >= pg_snapshot_xmin($1::text::pg_snapshot)
        AND NOT pg_visible_in_snapshot(changed, $1::text::pg_snapshot)
)
SELECT pg_current_snapshot()::text AS snapshot, ARRAY(
    SELECT DISTINCT person_id FROM changed WHERE person_id = ANY ($2::uuid[])
) AS people
"""
"""First what is new at all, which is little: most of those who listen have no news."""


async def whose_changed(
    connection: Driver, since: str | None, people: Collection[UUID]
) -> tuple[list[UUID], str]:
    """Who of these has news since that snapshot; and the snapshot up to which that holds.

    Without a snapshot it may be everybody.
    """
    if since is None:
        return list(people), await snapshot(connection)
    row: Any = await connection.fetchrow(_CHANGED, since, list(people))
    return row["people"], row["snapshot"]


async def add_ticket(session: AsyncSession, ticket: FeedTicket, *, at: datetime) -> None:
    """Those that nobody came with are dropped on the way."""
    await session.execute(delete(FeedTicket).where(col(FeedTicket.expires_at) <= at))
    session.add(ticket)


async def take_ticket(session: AsyncSession, ticket: str, *, at: datetime) -> SignInClaims:
    """Whom it stands for; it is used then. Raises `TicketNotAccepted`."""
    taken = delete(FeedTicket).where(
        col(FeedTicket.digest) == digest_of(ticket), col(FeedTicket.expires_at) > at
    )
    found: FeedTicket | None = await session.scalar(taken.returning(FeedTicket))
    if found is None:
        raise TicketNotAccepted
    return found.signed()
