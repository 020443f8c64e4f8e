"""PINs in the database: counted exactly, however many are entered at once.

Each change of the count names the digest that was tested: what was true of a PIN that was set anew
meanwhile counts for nothing.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.access.directory.domain import Person
from services.access.pins.domain import WRONG_ONES, NoSuchPin, Pin
from shared.messaging.outbox import driver_in_transaction

_COUNT = """
UPDATE pins SET wrong_count = wrong_count + 1,
                locked_at = CASE WHEN wrong_count + 1 >= $3 THEN $4::timestamptz END
WHERE person_id = $1 AND digest = $2 AND locked_at IS NULL
RETURNING locked_at IS NOT NULL
"""

_HOLD = """
SELECT wrong_count FROM pins WHERE person_id = $1 AND digest = $2 AND locked_at IS NULL
FOR NO KEY UPDATE
"""

_CLEAR = "UPDATE pins SET wrong_count = 0 WHERE person_id = $1"


async def pin(session: AsyncSession, person_id: UUID) -> Pin | None:
    """The person's PIN as it is at this moment."""
    query = select(Pin).where(col(Pin.person_id) == person_id)
    return await session.scalar(query.execution_options(populate_existing=True))


async def tenant_of_holder(session: AsyncSession, person_id: UUID) -> UUID | None:
    return await session.scalar(
        select(col(Person.tenant_id)).where(col(Person.person_id) == person_id)
    )


async def count_wrong(
    session: AsyncSession, person_id: UUID, digest: str, *, at: datetime
) -> bool | None:
    """One more wrong entry; whether it locked the PIN. None: it is locked, or was set anew."""
    connection = await driver_in_transaction(session)
    locked: bool | None = await connection.fetchval(_COUNT, person_id, digest, WRONG_ONES, at)
    return locked


async def clear_count(session: AsyncSession, person_id: UUID, digest: str) -> bool:
    """A right entry: the wrong ones before are forgotten. Writes nothing where there were none.
    False: it is locked, or was set anew.
    """
    connection = await driver_in_transaction(session)
    wrong = await connection.fetchval(_HOLD, person_id, digest)
    if wrong:
        await connection.execute(_CLEAR, person_id)
    return wrong is not None


async def put(session: AsyncSession, new: Pin) -> bool:
    """The person's PIN from now on. False: the one they have is locked."""
    values = new.model_dump()
    statement = insert(Pin).values(values)
    statement = statement.on_conflict_do_update(
        index_elements=["person_id"], set_=values, where=col(Pin.locked_at).is_(None)
    )
    done = await session.execute(statement.returning(col(Pin.person_id)))
    return done.first() is not None


async def delete_pin(session: AsyncSession, person_id: UUID) -> None:
    """Raises `NoSuchPin`."""
    query = delete(Pin).where(col(Pin.person_id) == person_id).returning(col(Pin.person_id))
    if (await session.execute(query)).first() is None:
        raise NoSuchPin


async def unlock(session: AsyncSession, person_id: UUID) -> bool:
    """False: it was not locked."""
    done = await session.execute(
        update(Pin)
        .where(col(Pin.person_id) == person_id, col(Pin.locked_at).is_not(None))
        .values(locked_at=None, wrong_count=0)
        .returning(col(Pin.person_id))
    )
    return done.first() is not None
