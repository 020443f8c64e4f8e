"""What can be looked up about controllers."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.access.controllers.domain import Controller, ControllerKey, NoSuchController
from shared.messaging.outbox import driver_in_transaction


async def controller(
    session: AsyncSession, controller_id: UUID, *, lock: bool = True
) -> Controller:
    """The controller, locked unless said otherwise. Raises `NoSuchController`."""
    found = await session.get(Controller, controller_id, with_for_update=lock or None)
    if found is None:
        raise NoSuchController
    return found


async def controllers(
    session: AsyncSession, *, code: str | None, after: tuple[str] | None, limit: int
) -> Sequence[Controller]:
    query = select(Controller).order_by(col(Controller.code)).limit(limit)
    if code is not None:
        query = query.where(col(Controller.code) == code)
    if after is not None:
        query = query.where(col(Controller.code) > after[0])
    return (await session.scalars(query)).all()


async def key(session: AsyncSession, key_id: str) -> ControllerKey | None:
    """The key of that id, through the driver: each read at a door begins here."""
    connection = await driver_in_transaction(session)
    found = await connection.fetchrow("SELECT * FROM controller_keys WHERE key_id = $1", key_id)
    return None if found is None else ControllerKey(**dict(found))


async def keys(session: AsyncSession, controller_id: UUID) -> Sequence[ControllerKey]:
    """The keys that this controller was ever given."""
    query = select(ControllerKey).where(col(ControllerKey.controller_id) == controller_id)
    return (await session.scalars(query)).all()
