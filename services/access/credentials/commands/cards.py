"""Whether a card may be issued, and what its issuing ends.

One rule: a card that was stolen is never issued again by its tenant; one that was lost or blocked
only by security, and is then in hand: what it was before counts as returned.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.credentials import store
from services.access.credentials.cards import CardNumber, fits
from services.access.credentials.domain import FOR_SECURITY, Badge, BadgeStatus
from services.access.credentials.refusals import (
    BadgeTaken,
    CardWasStolen,
    DayBadgeIsOut,
    DayCardIsOut,
    NumberOutOfRange,
    OnlySecurityMay,
)
from services.access.journal.commands import journal_act
from shared.database import refuse_as
from shared.errors import Refusal
from shared.identity.listed import Person, Role

SECURITY = (Role.SECURITY, Role.OPERATOR)

TAKEN: dict[str, type[Refusal]] = {
    "badges_live_key": BadgeTaken,
    "badges_day_card_key": DayCardIsOut,
    "badges_one_day_badge_key": DayBadgeIsOut,
}


async def issue(session: AsyncSession, badge: Badge, *, by: Person, at: datetime) -> None:
    """The badge is live from now on. Raises `NumberOutOfRange`, `BadgeTaken`, `CardWasStolen`,
    `OnlySecurityMay`, and what a day card may.
    """
    card = card_of(badge)
    if not fits(card):
        raise NumberOutOfRange
    left = await store.end_badges_of_leavers(session, card, tenant_id=badge.tenant_id, at=at)
    with refuse_as(TAKEN):
        session.add(badge)
        await session.flush()
    # Asked after the insert: whoever was reporting the card meanwhile has committed by now.
    before = await store.statuses_of_card(session, card, tenant_id=badge.tenant_id)
    if BadgeStatus.STOLEN in before:
        raise CardWasStolen
    if not FOR_SECURITY.isdisjoint(before) and not by.has(*SECURITY):
        raise OnlySecurityMay
    back = await store.take_back(session, card, tenant_id=badge.tenant_id, by=by.person_id)
    for each in left:
        await note(session, "badge_ended", each, by=by, at=at)
    for each in back:
        await note(session, "badge_returned", each, by=by, at=at)
    await note(session, "badge_issued", badge, by=by, at=at, kind=badge.kind)


def card_of(badge: Badge) -> CardNumber:
    """What the card says of itself."""
    return CardNumber(badge.card_format, badge.facility, badge.number)


async def note(
    session: AsyncSession, verb: str, badge: Badge, *, by: Person, at: datetime, **details: str
) -> None:
    """The journal keeps what was done to a badge."""
    await journal_act(
        session,
        verb,
        by=by,
        at=at,
        tenant_id=badge.tenant_id,
        person_id=badge.person_id,
        badge_id=badge.badge_id,
        details=details,
    )


async def change(
    session: AsyncSession, badge: Badge, status: BadgeStatus, verb: str, *, by: Person, at: datetime
) -> None:
    """Another state, journalled with the one it leaves. Raises what `Badge.become` does, and
    `BadgeTaken`.
    """
    before = badge.become(status, by=by.person_id, is_security=by.has(*SECURITY), at=at)
    with refuse_as(TAKEN):
        await session.flush()
    await note(session, verb, badge, by=by, at=at, before=before.value, after=status.value)
