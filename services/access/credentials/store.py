"""What can be looked up about badges. Whose badge it is decides who may see it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.access.credentials.cards import CardNumber
from services.access.credentials.domain import Badge, BadgeStatus, NoSuchBadge
from services.access.directory.domain import Person
from shared.identity.listed import Person as Caller
from shared.identity.listed import Role

PARK_WIDE = (Role.SECURITY, Role.OPERATOR)


async def badge(session: AsyncSession, badge_id: UUID, *, seen_by: Caller) -> Badge:
    """The badge, locked. Raises `NoSuchBadge`, also for another tenant's."""
    query = select(Badge).where(col(Badge.badge_id) == badge_id)
    if not seen_by.has(*PARK_WIDE):
        query = query.where(col(Badge.tenant_id) == seen_by.tenant_id)
    found = await session.scalar(query.with_for_update())
    if found is None:
        raise NoSuchBadge
    return found


async def badges_of_person(
    session: AsyncSession, person_id: UUID, *, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Badge]:
    """All that a person was ever given, the newest first."""
    order = tuple_(col(Badge.issued_at), col(Badge.badge_id))
    query = (
        select(Badge)
        .where(col(Badge.person_id) == person_id)
        .order_by(col(Badge.issued_at).desc(), col(Badge.badge_id).desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(order < after)
    return (await session.scalars(query)).all()


async def end_badges_of_leavers(
    session: AsyncSession, card: CardNumber, *, tenant_id: UUID, at: datetime
) -> None:
    """A leaver's card may be issued again to somebody else."""
    leavers = select(col(Person.person_id)).where(
        col(Person.tenant_id) == tenant_id, ~col(Person.is_listed)
    )
    await session.execute(
        update(Badge)
        .where(
            col(Badge.tenant_id) == tenant_id,
            col(Badge.card_format) == card.card_format.value,
            col(Badge.facility) == card.facility,
            col(Badge.number) == card.number,
            col(Badge.ended_at).is_(None),
            col(Badge.person_id).in_(leavers),
        )
        .values(ended_at=at, status=BadgeStatus.HOLDER_LEFT.value)
    )
