"""People of the directory, held still while something is decided about them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from shared.events.directory import PersonFacts
from shared.identity.listed import Person, Role
from shared.messaging.outbox import driver_in_transaction


async def is_held_listed(session: AsyncSession, person_id: UUID) -> bool:
    """Whether somebody is listed; if so they stay it until this transaction ends.

    Their delisting waits for us, and then finds the booking that we gave them.
    """
    return person_id in await held_listed(session, [person_id])


async def held_listed(session: AsyncSession, person_ids: Sequence[UUID]) -> set[UUID]:
    """Who of them is listed, and stays it until this transaction ends."""
    if not person_ids:
        return set()
    connection = await driver_in_transaction(session)
    found = await connection.fetch(
        "SELECT person_id FROM known_people WHERE person_id = ANY ($1) AND is_listed "
        "ORDER BY person_id FOR SHARE",
        list(person_ids),
    )
    return {row["person_id"] for row in found}


async def is_held_alone(session: AsyncSession, person_id: UUID) -> bool:
    """As `is_held_listed`, and whoever else does this for the same person waits for us."""
    connection = await driver_in_transaction(session)
    found = await connection.fetchval(
        "SELECT true FROM known_people WHERE person_id = $1 AND is_listed FOR NO KEY UPDATE",
        person_id,
    )
    return bool(found)


def absent(
    person: PersonFacts, *, is_landlord: bool, roles: frozenset[Role] = frozenset()
) -> Person:
    """Somebody who does not call. Roles come with a token: of them none is known but those that
    everybody has, where the caller counts them.
    """
    return Person(
        person_id=person.person_id,
        tenant_id=person.tenant_id,
        display_name=person.display_name,
        email=person.email,
        language=person.language,
        is_landlord=is_landlord,
        roles=roles,
    )
