"""Keeps what access says of a room's surroundings, if it is news."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.database import metadata
from services.booking.rooms.domain import KnownController, KnownEmergency, KnownSpecialDay


async def learn(
    session: AsyncSession, facts: KnownSpecialDay | KnownEmergency | KnownController
) -> None:
    """Facts count only above the known sequence: repeats, late events and replays converge."""
    table = metadata.tables[str(facts.__tablename__)]
    values = facts.model_dump()
    statement = insert(table).values(values)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[column.name for column in table.primary_key],
            set_={name: statement.excluded[name] for name in values},
            where=table.c.sequence < statement.excluded.sequence,
        )
    )
