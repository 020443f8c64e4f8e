"""Badges over HTTP: look them up, by holder or by number, and see which numbers collide."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel

from services.access.authority import must_look_after
from services.access.card_formats import CardFormat
from services.access.credentials import store
from services.access.credentials.api.views import BadgeView
from services.access.credentials.cards import CardNumber
from services.access.credentials.domain import Badge, BadgeKind, BadgeStatus
from services.access.credentials.store import BadgeSearch
from shared.identity.listed import Person, Role
from shared.web import Me, Now, Page, Session, page_of
from shared.web.entities import etag_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["credentials"])


class CollidingBadge(BaseModel):
    """One of the badges that a number fits."""

    badge_id: UUID
    person_id: UUID
    tenant_id: UUID
    tenant_name: str
    status: BadgeStatus


class Collision(BaseModel):
    """A number that fits live badges of several tenants."""

    format: CardFormat
    facility: int
    number: int
    badges: list[CollidingBadge]

    @classmethod
    def of(cls, found: tuple[CardNumber, list[tuple[Badge, str]]], *, at: datetime) -> Collision:
        card, rows = found
        badges = [
            CollidingBadge(
                **badge.model_dump(include={"badge_id", "person_id", "tenant_id"}),
                tenant_name=name,
                status=badge.shown_at(at),
            )
            for badge, name in rows
        ]
        return cls(
            format=card.card_format, facility=card.facility, number=card.number, badges=badges
        )


def _search(
    card_format: Annotated[CardFormat | None, Query(alias="format")] = None,
    facility: Annotated[int | None, Query(ge=0, le=2**31 - 1)] = None,
    number: Annotated[int | None, Query(ge=0, le=2**53)] = None,
    status: BadgeStatus | None = None,
    kind: BadgeKind | None = None,
    person_id: UUID | None = None,
    tenant_id: UUID | None = None,
) -> BadgeSearch:
    return BadgeSearch(
        card_format=card_format,
        facility=facility,
        number=number,
        status=status,
        kind=kind,
        person_id=person_id,
        tenant_id=tenant_id,
    )


@router.get("/badges")
async def badges(
    search: Annotated[BadgeSearch, Depends(_search)],
    session: Session,
    me: Me,
    now: Now,
    asked: AskedPage,
) -> Page[BadgeView]:
    """Find badges by number, holder or state, the newest first. Security, operators and auditors
    among all, tenant admins among their own people's. `status` is the state as it was last set.
    """
    me.must_have(*store.LOOKING_ON, Role.TENANT_ADMIN)
    scope = None if me.has(*store.LOOKING_ON) else me.tenant_id
    return await _page(session, search, me, asked, scope=scope, at=now)


@router.get("/people/{person_id}/badges")
async def badges_of_person(
    person_id: UUID, session: Session, me: Me, now: Now, asked: AskedPage
) -> Page[BadgeView]:
    """The cards of a person: your own, or those of people whom you look after or whom your desk
    serves.
    """
    holder = await store.person_served(session, person_id, by=me)
    if holder.person_id != me.person_id:
        _must_serve_or_look_on(me, holder.tenant_id)
    return await _page(session, BadgeSearch(person_id=person_id), me, asked, scope=None, at=now)


@router.get("/badges/collisions")
async def collisions(session: Session, me: Me, now: Now, asked: AskedPage) -> Page[Collision]:
    """Numbers that fit live badges of different tenants in one format: at a reader that serves them
    all, such a card is denied as ambiguous. Operators and security only; no tenant sees it.
    """
    me.must_have(*store.PARK_WIDE)
    bound_to = f"{me.person_id} collisions"
    after = asked.after(bound_to=bound_to, types=(str, int, int))
    rows = await store.collisions(
        session, after=after.key if after else None, limit=asked.limit + 1
    )
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row[0].card_format.value, row[0].facility, row[0].number),
        view=lambda row: Collision.of(row, at=now),
    )


@router.get("/badges/{badge_id}")
async def badge(
    badge_id: UUID, session: Session, me: Me, now: Now, response: Response
) -> BadgeView:
    """One badge: your own, or of people whom you look after or whom your desk serves."""
    found = await store.badge(session, badge_id, seen_by=me, lock=False)
    if found.person_id != me.person_id:
        _must_serve_or_look_on(me, found.tenant_id)
    response.headers["etag"] = etag_of(found.version)
    return BadgeView.of(found, at=now)


def _must_serve_or_look_on(me: Person, tenant_id: UUID) -> None:
    is_desk = me.is_landlords_receptionist or (
        me.has(Role.RECEPTIONIST) and me.tenant_id == tenant_id
    )
    if not is_desk:
        must_look_after(me, tenant_id, park_wide=store.LOOKING_ON)


async def _page(
    session: Session,
    search: BadgeSearch,
    me: Person,
    asked: AskedPage,
    *,
    scope: UUID | None,
    at: datetime,
) -> Page[BadgeView]:
    bound_to = f"{me.person_id} badges {scope} {search}"
    after = asked.after(bound_to=bound_to, types=(datetime.fromisoformat, UUID))
    rows = await store.badges(
        session,
        search,
        tenant_id=scope,
        after=after.key if after else None,
        limit=asked.limit + 1,
    )
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row.issued_at, row.badge_id),
        view=lambda row: BadgeView.of(row, at=at),
    )
