"""What can be asked of people's own badges: issue one, change its state or its validity, report it
lost.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.authority import must_look_after
from services.access.card_formats import CardFormat
from services.access.credentials import store
from services.access.credentials.commands.cards import SECURITY, change, issue, note
from services.access.credentials.commands.day_badges import wake_what_slept
from services.access.credentials.domain import (
    Badge,
    BadgeKind,
    BadgeStatus,
    RevocationReason,
    must_be_a_span,
)
from services.access.credentials.refusals import (
    DayBadgeIsOut,
    HolderHasLeft,
    StateDoesNotAllow,
)
from services.access.directory import store as directory
from services.access.directory.domain import Tenant
from services.access.journal.commands import journal_act
from shared.identity.listed import Person, Role
from shared.web.entities import must_match


async def issue_badge(
    session: AsyncSession,
    person_id: UUID,
    *,
    card_format: CardFormat | None,
    facility: int,
    number: int,
    valid_from: datetime | None,
    valid_until: datetime | None,
    by: Person,
    at: datetime,
) -> Badge:
    """A card for somebody; without a format, in that of the tenant's cards. Raises
    `HolderHasLeft`, and what `issue` raises.
    """
    must_be_a_span(valid_from, valid_until)
    holder = await directory.person(session, person_id, seen_by=by, lock=True)
    must_look_after(by, holder.tenant_id, park_wide=SECURITY)
    if not holder.is_listed:
        raise HolderHasLeft
    if card_format is None:
        tenant = await directory.tenant(session, holder.tenant_id, seen_by=by)
        card_format = CardFormat(tenant.card_format)
    badge = Badge(
        person_id=person_id,
        tenant_id=holder.tenant_id,
        card_format=card_format,
        facility=facility,
        number=number,
        valid_from=valid_from,
        valid_until=valid_until,
        issued_at=at,
        issued_by=by.person_id,
    )
    await issue(session, badge, by=by, at=at)
    return badge


async def revoke_badge(
    session: AsyncSession, badge_id: UUID, *, reason: RevocationReason, by: Person, at: datetime
) -> Badge:
    """Dead for the very next decision. A day badge that is returned wakes what slept for it."""
    badge = await _badge_looked_after(session, badge_id, by=by)
    await change(session, badge, BadgeStatus(reason.value), "badge_revoked", by=by, at=at)
    if reason == RevocationReason.RETURNED:
        await wake_what_slept(session, badge, by=by, at=at)
    return badge


async def suspend_badge(
    session: AsyncSession, badge_id: UUID, *, by: Person, at: datetime
) -> Badge:
    """Laid aside until it is reactivated; its number stays the holder's."""
    badge = await _badge_looked_after(session, badge_id, by=by)
    await change(session, badge, BadgeStatus.INACTIVE, "badge_suspended", by=by, at=at)
    return badge


async def reactivate_badge(
    session: AsyncSession, badge_id: UUID, *, by: Person, at: datetime
) -> Badge:
    """Found, or in use again: opens from the very next decision. Raises `DayBadgeIsOut`,
    `HolderHasLeft`, `StateDoesNotAllow`, `OnlySecurityMay`, `BadgeTaken`.
    """
    badge = await _badge_looked_after(session, badge_id, by=by)
    holder = await directory.person(session, badge.person_id, seen_by=by)
    if not holder.is_listed:
        raise HolderHasLeft
    if badge.kind == BadgeKind.DAY:  # what it stood in for may be awake
        raise StateDoesNotAllow
    others = await store.live_badges(session, badge.person_id)
    if any(each.kind == BadgeKind.DAY and each.is_awake(at) for each in others):
        raise DayBadgeIsOut
    await change(session, badge, BadgeStatus.ACTIVE, "badge_reactivated", by=by, at=at)
    return badge


async def set_validity(
    session: AsyncSession,
    badge_id: UUID,
    *,
    valid_from: datetime | None,
    valid_until: datetime | None,
    if_match: str | None,
    by: Person,
    at: datetime,
) -> Badge:
    """Another span; a day badge keeps its own. Raises `ChangedSinceYouRead`, `StateDoesNotAllow`,
    `ValidityEndsBeforeItBegins`.
    """
    badge = await _badge_looked_after(session, badge_id, by=by)
    must_match(if_match, version=badge.version)
    if badge.kind == BadgeKind.DAY:
        raise StateDoesNotAllow
    badge.be_valid(valid_from=valid_from, valid_until=valid_until)
    span = {
        "valid_from": valid_from.isoformat() if valid_from else "",
        "valid_until": valid_until.isoformat() if valid_until else "",
    }
    await note(session, "badge_validity_set", badge, by=by, at=at, **span)
    return badge


async def report_lost(session: AsyncSession, badge_id: UUID, *, by: Person, at: datetime) -> Badge:
    """The holder's own word is enough, and saying it again changes nothing."""
    badge = await store.own_badge(session, badge_id, of=by)
    if badge.status not in {BadgeStatus.LOST, BadgeStatus.STOLEN}:
        await change(session, badge, BadgeStatus.LOST, "badge_reported_lost", by=by, at=at)
    return badge


async def set_card_format(
    session: AsyncSession, tenant_id: UUID, card_format: CardFormat, *, by: Person, at: datetime
) -> Tenant:
    """What that tenant's cards have, where a door's reader serves several tenants."""
    tenant = await directory.tenant(session, tenant_id, seen_by=by, lock=True)
    must_look_after(by, tenant_id, park_wide=(Role.OPERATOR, Role.SECURITY))
    before, tenant.card_format = tenant.card_format, card_format
    details = {"before": str(before), "after": card_format.value}
    await journal_act(
        session, "card_format_set", by=by, at=at, tenant_id=tenant_id, details=details
    )
    return tenant


async def tenant_of(session: AsyncSession, tenant_id: UUID, *, seen_by: Person) -> Tenant:
    """Raises `NoSuchTenant`."""
    return await directory.tenant(session, tenant_id, seen_by=seen_by)


async def _badge_looked_after(session: AsyncSession, badge_id: UUID, *, by: Person) -> Badge:
    badge = await store.badge(session, badge_id, seen_by=by)
    must_look_after(by, badge.tenant_id, park_wide=SECURITY)
    return badge
