"""Offers that were taken; those that were not are kept nowhere."""

from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging.outbox import driver_in_transaction


async def is_offer_used(session: AsyncSession, digest: bytes) -> bool:
    """Whether a booking was made by that token. Who asks at the same moment waits for us."""
    connection = await driver_in_transaction(session)
    lock = int.from_bytes(digest[:8], "big", signed=True)
    await connection.execute("SELECT pg_advisory_xact_lock($1)", lock)
    return bool(
        await connection.fetchval("SELECT true FROM bookings WHERE offer_digest = $1", digest)
    )
