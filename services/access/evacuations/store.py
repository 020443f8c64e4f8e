"""What can be looked up about evacuations, and the inputs that start them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.access.evacuations.domain import (
    ControllerInput,
    Evacuation,
    NoSuchEvacuation,
    NoSuchInput,
)


async def evacuation(session: AsyncSession, evacuation_id: UUID) -> Evacuation:
    """The evacuation, locked. Raises `NoSuchEvacuation`."""
    found = await session.get(Evacuation, evacuation_id, with_for_update=True)
    if found is None:
        raise NoSuchEvacuation
    return found


async def latest(session: AsyncSession, zone_id: UUID) -> Evacuation | None:
    """The zone's evacuation that stands, or else the one that was ended last; locked, so that
    whoever is ending it is waited for.
    """
    query = (
        select(Evacuation)
        .where(col(Evacuation.zone_id) == zone_id)
        .order_by(col(Evacuation.ended_at).desc().nulls_first())
        .limit(1)
        .with_for_update()
    )
    return await session.scalar(query)


async def evacuations(
    session: AsyncSession,
    *,
    is_open: bool | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[Evacuation]:
    """The newest first; with `is_open` only those that stand, or only those that do not."""
    order = (col(Evacuation.started_at), col(Evacuation.evacuation_id))
    query = select(Evacuation).order_by(*(each.desc() for each in order)).limit(limit)
    if is_open is not None:
        ended_at = col(Evacuation.ended_at)
        query = query.where(ended_at.is_(None) if is_open else ended_at.is_not(None))
    if after is not None:
        query = query.where(tuple_(*order) < after)
    return (await session.scalars(query)).all()


async def standing(session: AsyncSession) -> Sequence[Evacuation]:
    """Those that nobody has ended, locked."""
    query = select(Evacuation).where(col(Evacuation.ended_at).is_(None))
    query = query.order_by(col(Evacuation.evacuation_id)).with_for_update()
    return (await session.scalars(query)).all()


async def controller_input(
    session: AsyncSession, controller_id: UUID, code: str
) -> ControllerInput:
    """The input, locked. Raises `NoSuchInput`."""
    key = (controller_id, code)
    found = await session.get(ControllerInput, key, with_for_update=True)
    if found is None:
        raise NoSuchInput
    return found


async def inputs(
    session: AsyncSession, controller_id: UUID, *, lock: bool = False
) -> Sequence[ControllerInput]:
    """All inputs of a controller, by their codes; they are few."""
    query = (
        select(ControllerInput)
        .where(col(ControllerInput.controller_id) == controller_id)
        .order_by(col(ControllerInput.code))
        .execution_options(populate_existing=True)
    )
    return (await session.scalars(query.with_for_update() if lock else query)).all()


async def set_inputs(session: AsyncSession, controller_id: UUID, zones: Mapping[str, UUID]) -> None:
    """Code -> zone, and no others. What is known of an input that stays is kept."""
    gone = delete(ControllerInput).where(
        col(ControllerInput.controller_id) == controller_id,
        col(ControllerInput.code).not_in(list(zones)),
    )
    await session.execute(gone.execution_options(synchronize_session=False))
    if not zones:
        return
    rows = [
        ControllerInput(controller_id=controller_id, code=code, zone_id=zone_id).model_dump()
        for code, zone_id in sorted(zones.items())
    ]
    statement = insert(ControllerInput).values(rows)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["controller_id", "code"],
            set_={"zone_id": statement.excluded.zone_id},
        )
    )
