"""What can be looked up about badges. Whose badge it is decides who may see it.

One rule of locking: the holder first, then the badge, so that whatever concerns several badges of
one person is done one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, true, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.access.card_formats import CardFormat
from services.access.credentials.cards import CardNumber
from services.access.credentials.domain import Badge, BadgeKind, BadgeStatus, DayCard
from services.access.credentials.refusals import NoSuchBadge, NoSuchDayCard
from services.access.directory.domain import NoSuchPerson, Person, Tenant
from shared.identity.listed import Person as Caller
from shared.identity.listed import Role

PARK_WIDE = (Role.SECURITY, Role.OPERATOR)
LOOKING_ON = (*PARK_WIDE, Role.AUDITOR)

After = tuple[datetime, UUID] | None


def of_card(table: type[Badge | DayCard], card: CardNumber) -> ColumnElement[bool]:
    """Rows of that card."""
    return and_(
        col(table.card_format) == card.card_format.value,
        col(table.facility) == card.facility,
        col(table.number) == card.number,
    )


def _served_by(me: Caller, *park_wide: Role) -> ColumnElement[bool]:
    """Of a person: one of the park, or of the caller's own tenant."""
    is_everybody = me.has(*park_wide) or me.is_landlords_receptionist
    return true() if is_everybody else col(Person.tenant_id) == me.tenant_id


async def person_served(
    session: AsyncSession, person_id: UUID, *, by: Caller, lock: bool = False
) -> Person:
    """Somebody whom this desk (or who looks after people) may serve. Raises `NoSuchPerson`."""
    query = select(Person).where(col(Person.person_id) == person_id, _served_by(by, *LOOKING_ON))
    found = await session.scalar(query.with_for_update(key_share=True) if lock else query)
    if found is None:
        raise NoSuchPerson
    return found


async def badge(
    session: AsyncSession, badge_id: UUID, *, seen_by: Caller, lock: bool = True
) -> Badge:
    """The badge, locked with its holder. Raises `NoSuchBadge`, also for one not to be seen."""
    seen = _served_by(seen_by, *LOOKING_ON)
    return await _badge(session, badge_id, seen, lock=lock)


async def own_badge(session: AsyncSession, badge_id: UUID, *, of: Caller) -> Badge:
    """The caller's own badge, locked with them. Raises `NoSuchBadge`."""
    return await _badge(session, badge_id, col(Person.person_id) == of.person_id, lock=True)


async def _badge(
    session: AsyncSession, badge_id: UUID, seen: ColumnElement[bool], *, lock: bool
) -> Badge:
    whose = select(col(Badge.person_id)).where(col(Badge.badge_id) == badge_id).scalar_subquery()
    holder = select(Person).where(col(Person.person_id) == whose, seen)
    if await session.scalar(holder.with_for_update(key_share=True) if lock else holder) is None:
        raise NoSuchBadge
    query = select(Badge).where(col(Badge.badge_id) == badge_id)
    found: Badge = (await session.scalars(query.with_for_update() if lock else query)).one()
    return found


@dataclass(frozen=True)
class BadgeSearch:
    """Which badges somebody looks for; None: any."""

    card_format: CardFormat | None = None
    facility: int | None = None
    number: int | None = None
    status: BadgeStatus | None = None
    kind: BadgeKind | None = None
    person_id: UUID | None = None
    tenant_id: UUID | None = None


async def badges(
    session: AsyncSession, search: BadgeSearch, *, tenant_id: UUID | None, after: After, limit: int
) -> Sequence[Badge]:
    """The newest first, ended ones included; with `tenant_id` that tenant's alone."""
    order = tuple_(col(Badge.issued_at), col(Badge.badge_id))
    given = {name: value for name, value in vars(search).items() if value is not None}
    query = select(Badge).filter_by(**given).limit(limit)
    if tenant_id is not None:
        query = query.where(col(Badge.tenant_id) == tenant_id)
    if after is not None:
        query = query.where(order < after)
    query = query.order_by(col(Badge.issued_at).desc(), col(Badge.badge_id).desc())
    return (await session.scalars(query)).all()


async def live_badges(
    session: AsyncSession, person_id: UUID, *, day_card_id: UUID | None = None
) -> Sequence[Badge]:
    """A person's badges that open or may wake, and with them whoever's is made with that day card:
    locked in one order. The card and the person are locked already.
    """
    query = (
        select(Badge)
        .where(
            or_(col(Badge.person_id) == person_id, col(Badge.day_card_id) == day_card_id),
            col(Badge.ended_at).is_(None),
        )
        .order_by(col(Badge.badge_id))
    )
    return (await session.scalars(query.with_for_update())).all()


async def statuses_of_card(
    session: AsyncSession, card: CardNumber, *, tenant_id: UUID
) -> Sequence[BadgeStatus]:
    """The states of all badges that the tenant ever had on that card."""
    query = select(col(Badge.status)).where(col(Badge.tenant_id) == tenant_id, of_card(Badge, card))
    return [BadgeStatus(each) for each in await session.scalars(query)]


async def end_badges_of_leavers(
    session: AsyncSession, card: CardNumber, *, tenant_id: UUID, at: datetime
) -> Sequence[Badge]:
    """A leaver's card may be issued again to somebody else; the badges which that ends."""
    leavers = select(col(Person.person_id)).where(
        col(Person.tenant_id) == tenant_id, ~col(Person.is_listed)
    )
    query = (
        update(Badge)
        .where(
            col(Badge.tenant_id) == tenant_id,
            of_card(Badge, card),
            col(Badge.ended_at).is_(None),
            col(Badge.person_id).in_(leavers),
        )
        .values(ended_at=at, status=BadgeStatus.HOLDER_LEFT.value, version=col(Badge.version) + 1)
        .returning(Badge)
    )
    return (await session.scalars(query)).all()


async def take_back(
    session: AsyncSession, card: CardNumber, *, tenant_id: UUID, by: UUID
) -> Sequence[Badge]:
    """A card that security issues again is in hand: what was lost or blocked counts as returned."""
    query = (
        update(Badge)
        .where(
            col(Badge.tenant_id) == tenant_id,
            of_card(Badge, card),
            col(Badge.status).in_([BadgeStatus.LOST.value, BadgeStatus.BLOCKED.value]),
        )
        .values(status=BadgeStatus.RETURNED.value, ended_by=by, version=col(Badge.version) + 1)
        .returning(Badge)
    )
    return (await session.scalars(query)).all()


async def day_card(session: AsyncSession, card: CardNumber, *, tenant_id: UUID) -> DayCard:
    """The card in that tenant's pool, locked. Raises `NoSuchDayCard`."""
    query = select(DayCard).where(
        col(DayCard.tenant_id) == tenant_id,
        of_card(DayCard, card),
        col(DayCard.withdrawn_at).is_(None),
    )
    found = await session.scalar(query.with_for_update())
    if found is None:
        raise NoSuchDayCard
    return found


async def day_card_by_id(session: AsyncSession, day_card_id: UUID, *, tenant_id: UUID) -> DayCard:
    """One card of that tenant's pool, locked. Raises `NoSuchDayCard`."""
    query = select(DayCard).where(
        col(DayCard.day_card_id) == day_card_id,
        col(DayCard.tenant_id) == tenant_id,
        col(DayCard.withdrawn_at).is_(None),
    )
    found = await session.scalar(query.with_for_update())
    if found is None:
        raise NoSuchDayCard
    return found


async def day_cards(
    session: AsyncSession, *, tenant_id: UUID, after: After, limit: int
) -> Sequence[DayCard]:
    """The pool of that tenant's desk, the oldest card first."""
    order = tuple_(col(DayCard.added_at), col(DayCard.day_card_id))
    query = select(DayCard).where(
        col(DayCard.tenant_id) == tenant_id, col(DayCard.withdrawn_at).is_(None)
    )
    if after is not None:
        query = query.where(order > after)
    query = query.order_by(col(DayCard.added_at), col(DayCard.day_card_id)).limit(limit)
    return (await session.scalars(query)).all()


async def collisions(
    session: AsyncSession, *, after: tuple[str, int, int] | None, limit: int
) -> Sequence[tuple[CardNumber, list[tuple[Badge, str]]]]:
    """Numbers that fit live badges of different tenants, with those badges and the tenants' names,
    in the order of the numbers. Badges of people who have left open nothing, and do not count.
    """
    key = (col(Badge.card_format), col(Badge.facility), col(Badge.number))
    is_live = and_(col(Badge.ended_at).is_(None), col(Person.is_listed), col(Tenant.is_listed))
    shared = (
        select(*key)
        .join(Person, col(Person.person_id) == col(Badge.person_id))
        .join(Tenant, col(Tenant.tenant_id) == col(Badge.tenant_id))
        .where(is_live)
        .group_by(*key)
        .having(func.count(func.distinct(col(Badge.tenant_id))) > 1)
        .order_by(*key)
        .limit(limit)
    )
    if after is not None:
        shared = shared.where(tuple_(*key) > after)
    numbers = shared.subquery()
    query = (
        select(Badge, col(Tenant.name))
        .join(Person, col(Person.person_id) == col(Badge.person_id))
        .join(Tenant, col(Tenant.tenant_id) == col(Badge.tenant_id))
        .join(numbers, tuple_(*key) == tuple_(*numbers.c))
        .where(is_live)
        .order_by(*key, col(Badge.tenant_id), col(Badge.badge_id))
    )
    found: dict[CardNumber, list[tuple[Badge, str]]] = {}
    for badge, name in (await session.execute(query)).all():
        card = CardNumber(CardFormat(badge.card_format), badge.facility, badge.number)
        found.setdefault(card, []).append((badge, name))
    return list(found.items())
