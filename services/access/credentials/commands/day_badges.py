"""Day badges: a card from the desk's pool stands in for one that was forgotten at home.

One rule: of the two never more than one is awake. The forgotten badge sleeps from the transaction
that lends the card to the one that takes it back, or until the lent card's time is over.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.authority import must_look_after, must_serve
from services.access.credentials import store
from services.access.credentials.cards import CardNumber, fits
from services.access.credentials.commands.cards import SECURITY, change, issue, note
from services.access.credentials.domain import Badge, BadgeKind, BadgeStatus, DayCard
from services.access.credentials.refusals import (
    DayBadgeEndsToday,
    DayBadgeIsOut,
    DayCardAlreadyThere,
    DayCardIsOut,
    HolderHasLeft,
    NameTheForgottenBadge,
    NoSuchBadge,
    NotADayBadge,
    NumberOutOfRange,
)
from services.access.journal.commands import journal_act
from services.access.surroundings import surroundings_of
from shared.clock import wall_time, zone
from shared.database import refuse_as
from shared.identity.listed import Person


def end_of_day(at: datetime, *, timezone: str) -> datetime:
    """The next midnight of the clocks there."""
    tomorrow = wall_time(at, timezone=timezone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), tzinfo=zone(timezone)).astimezone(UTC)


async def add_day_card(
    session: AsyncSession, card: CardNumber, *, by: Person, at: datetime
) -> DayCard:
    """One more card in the desk's drawer. Raises `NumberOutOfRange`, `DayCardAlreadyThere`."""
    must_look_after(by, by.tenant_id, park_wide=SECURITY)
    if not fits(card):
        raise NumberOutOfRange
    added = DayCard(
        tenant_id=by.tenant_id,
        card_format=card.card_format,
        facility=card.facility,
        number=card.number,
        added_at=at,
    )
    with refuse_as({"day_cards_key": DayCardAlreadyThere}):
        session.add(added)
        await session.flush()
    await _note_card(session, "day_card_added", added, by=by, at=at)
    return added


async def withdraw_day_card(
    session: AsyncSession, day_card_id: UUID, *, by: Person, at: datetime
) -> None:
    """The card is lent no more; a badge made with it stays what it is. Raises `NoSuchDayCard`."""
    must_look_after(by, by.tenant_id, park_wide=SECURITY)
    card = await store.day_card_by_id(session, day_card_id, tenant_id=by.tenant_id)
    card.withdrawn_at = at
    await _note_card(session, "day_card_withdrawn", card, by=by, at=at)


async def issue_day_badge(
    session: AsyncSession,
    person_id: UUID,
    *,
    card: CardNumber,
    forgotten_badge_id: UUID | None,
    valid_until: datetime | None,
    by: Person,
    at: datetime,
) -> Badge:
    """A card of the pool until the day's end, or earlier; the forgotten badge falls asleep. Raises
    `NoSuchPerson`, `NoSuchDayCard`, `DayBadgeEndsToday`, `HolderHasLeft`, `DayCardIsOut`,
    `DayBadgeIsOut`, `NameTheForgottenBadge`, and what `issue` raises.
    """
    must_serve(by, (await store.person_served(session, person_id, by=by)).tenant_id)
    until = _until(valid_until, at=at, timezone=surroundings_of(session).timezone)
    lent = await store.day_card(session, card, tenant_id=by.tenant_id)
    holder = await store.person_served(session, person_id, by=by, lock=True)
    if not holder.is_listed:
        raise HolderHasLeft
    live = await store.live_badges(session, person_id, day_card_id=lent.day_card_id)
    await _end_yesterdays(session, live, lent, by=by, at=at)
    forgotten = _forgotten(live, person_id, forgotten_badge_id, at=at)
    if forgotten is not None:
        forgotten.sleep_until(until, by=by.person_id, at=at)
        await note(session, "badge_forgotten", forgotten, by=by, at=at)
    badge = Badge(
        person_id=person_id,
        tenant_id=holder.tenant_id,
        card_format=card.card_format,
        facility=card.facility,
        number=card.number,
        kind=BadgeKind.DAY,
        day_card_id=lent.day_card_id,
        stands_in_for=None if forgotten is None else forgotten.badge_id,
        valid_from=at,
        valid_until=until,
        issued_at=at,
        issued_by=by.person_id,
    )
    await issue(session, badge, by=by, at=at)
    return badge


async def return_day_badge(
    session: AsyncSession, badge_id: UUID, *, by: Person, at: datetime
) -> Badge:
    """The card is back in the drawer, and the forgotten badge awake. Raises `NoSuchBadge`,
    `NotADayBadge`, `AlreadyRevoked`.
    """
    badge = await store.badge(session, badge_id, seen_by=by)
    must_serve(by, badge.tenant_id)
    if badge.kind != BadgeKind.DAY:
        raise NotADayBadge
    await change(session, badge, BadgeStatus.RETURNED, "day_badge_returned", by=by, at=at)
    await wake_what_slept(session, badge, by=by, at=at)
    return badge


async def wake_what_slept(
    session: AsyncSession, returned: Badge, *, by: Person, at: datetime
) -> None:
    """What slept for this day badge is awake; what was reported lost meanwhile is not."""
    for each in await store.live_badges(session, returned.person_id):
        is_asleep = each.status_at(at) == BadgeStatus.INACTIVE and each.sleeps_until is not None
        if each.badge_id == returned.stands_in_for and is_asleep:
            await change(session, each, BadgeStatus.ACTIVE, "badge_woken", by=by, at=at)


def _until(wanted: datetime | None, *, at: datetime, timezone: str) -> datetime:
    last = end_of_day(at, timezone=timezone)
    if wanted is not None and not at < wanted <= last:
        raise DayBadgeEndsToday
    return wanted or last


async def _end_yesterdays(
    session: AsyncSession, live: Sequence[Badge], lent: DayCard, *, by: Person, at: datetime
) -> None:
    """Day badges whose time is over end here; the lent card, being in hand, counts as returned."""
    for each in live:
        if each.kind != BadgeKind.DAY:
            continue
        is_this_card = each.day_card_id == lent.day_card_id
        if each.is_awake(at):
            raise DayCardIsOut if is_this_card else DayBadgeIsOut
        status = BadgeStatus.RETURNED if is_this_card else BadgeStatus.EXPIRED
        await change(session, each, status, "badge_ended", by=by, at=at)


def _forgotten(
    live: Sequence[Badge], person_id: UUID, badge_id: UUID | None, *, at: datetime
) -> Badge | None:
    """The one that was named, or the only one that is awake."""
    own = [each for each in live if each.person_id == person_id and each.kind == BadgeKind.OWN]
    if badge_id is not None:
        named = next((each for each in own if each.badge_id == badge_id), None)
        if named is None:
            raise NoSuchBadge
        return named
    awake = [each for each in own if each.is_awake(at)]
    if len(awake) > 1:
        raise NameTheForgottenBadge
    return awake[0] if awake else None


async def _note_card(
    session: AsyncSession, verb: str, card: DayCard, *, by: Person, at: datetime
) -> None:
    details = {
        "card_format": str(card.card_format),
        "facility": card.facility,
        "number": card.number,
    }
    await journal_act(session, verb, by=by, at=at, tenant_id=card.tenant_id, details=details)
