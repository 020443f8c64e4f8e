"""People of the directory, held still while something is decided about them."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.messaging.outbox import driver_in_transaction


async def is_held_listed(session: AsyncSession, person_id: UUID) -> bool:
    """Whether somebody is listed; if so they stay it until this transaction ends.

    Their delisting waits for us, and then finds the booking that we gave them.
    """
    connection = await driver_in_transaction(session)
    found = await connection.fetchval(
        "SELECT true FROM known_people WHERE person_id = $1 AND is_listed FOR SHARE", person_id
    )
    return bool(found)
