"""What can be asked of badges: issue one, revoke one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.authority import must_look_after
from services.access.credentials import store
from services.access.credentials.cards import CardNumber, fits
from services.access.credentials.domain import (
    Badge,
    BadgeTaken,
    HolderHasLeft,
    RevocationReason,
)
from services.access.directory import store as directory
from shared.database import refuse_as
from shared.errors import Malformed
from shared.identity.listed import Person, Role

PARK_WIDE = (Role.SECURITY, Role.OPERATOR)


class NumberOutOfRange(Malformed):
    """The card format has no room for that facility or number."""


async def issue_badge(
    session: AsyncSession,
    person_id: UUID,
    *,
    card: CardNumber,
    valid_from: datetime | None,
    valid_until: datetime | None,
    by: Person,
    at: datetime,
) -> Badge:
    """A card for somebody. Raises `NumberOutOfRange`, `HolderHasLeft`, `BadgeTaken`."""
    if not fits(card):
        raise NumberOutOfRange
    holder = await directory.person(session, person_id, seen_by=by, lock=True)
    must_look_after(by, holder.tenant_id, park_wide=PARK_WIDE)
    if not holder.is_listed:
        raise HolderHasLeft
    await store.end_badges_of_leavers(session, card, tenant_id=holder.tenant_id, at=at)
    badge = Badge(
        person_id=person_id,
        tenant_id=holder.tenant_id,
        card_format=card.card_format,
        facility=card.facility,
        number=card.number,
        valid_from=valid_from,
        valid_until=valid_until,
        issued_at=at,
        issued_by=by.person_id,
    )
    with refuse_as({"badges_live_key": BadgeTaken}):
        session.add(badge)
        await session.flush()
    return badge


async def revoke_badge(
    session: AsyncSession, badge_id: UUID, *, reason: RevocationReason, by: Person, at: datetime
) -> Badge:
    """Dead for the very next decision. Raises `NoSuchBadge`, `AlreadyRevoked`."""
    badge = await store.badge(session, badge_id, seen_by=by)
    must_look_after(by, badge.tenant_id, park_wide=PARK_WIDE)
    badge.revoke(reason=reason, by=by.person_id, at=at)
    return badge
