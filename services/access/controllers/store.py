"""What can be looked up about controllers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.access.controllers.domain import (
    Controller,
    ControllerKey,
    NoSuchController,
    NoSuchControllerKey,
    RevokedKey,
)
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


_KEY = """
SELECT r.revoked_at, k.key_id, k.controller_id, k.secret_digest, k.made_at, k.ends_at
FROM controller_keys AS k LEFT JOIN revoked_controller_keys AS r USING (key_id) WHERE key_id = $1
"""


async def key(session: AsyncSession, key_id: str) -> ControllerKey | None:
    """The key of that id, through the driver: each read at a door begins here."""
    connection = await driver_in_transaction(session)
    found = await connection.fetchrow(_KEY, key_id)
    if found is None:
        return None
    values = dict(found)
    revoked_at = values.pop("revoked_at")
    revocation = None if revoked_at is None else RevokedKey(key_id=key_id, revoked_at=revoked_at)
    return ControllerKey(**values, revocation=revocation)


async def keys(session: AsyncSession, controller_id: UUID) -> Sequence[ControllerKey]:
    """The keys that this controller was ever given."""
    query = select(ControllerKey).where(col(ControllerKey.controller_id) == controller_id)
    return (await session.scalars(query)).all()


async def keys_to_show(
    session: AsyncSession,
    controller_id: UUID,
    *,
    after: tuple[datetime, str] | None,
    limit: int,
) -> Sequence[ControllerKey]:
    """The same, the newest first."""
    order = tuple_(col(ControllerKey.made_at), col(ControllerKey.key_id))
    query = select(ControllerKey).where(col(ControllerKey.controller_id) == controller_id)
    if after is not None:
        query = query.where(order < tuple_(*after))
    query = query.order_by(col(ControllerKey.made_at).desc(), col(ControllerKey.key_id).desc())
    return (await session.scalars(query.limit(limit))).all()


async def version_of_keys(session: AsyncSession, controller_id: UUID) -> int:
    """How often a key was given to it, or revoked."""
    query = (
        select(func.count() + func.count(col(RevokedKey.revoked_at)))
        .select_from(ControllerKey)
        .outerjoin(RevokedKey)
        .where(col(ControllerKey.controller_id) == controller_id)
    )
    return await session.scalar(query) or 0


async def key_of_controller(
    session: AsyncSession, controller_id: UUID, key_id: str
) -> ControllerKey:
    """Raises `NoSuchControllerKey`."""
    found = await session.scalar(
        select(ControllerKey).where(
            col(ControllerKey.controller_id) == controller_id, col(ControllerKey.key_id) == key_id
        )
    )
    if found is None:
        raise NoSuchControllerKey
    return found
