"""Badges over HTTP."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.access.authority import must_look_after
from services.access.credentials import commands, store
from services.access.credentials.cards import CardNumber
from services.access.credentials.domain import BadgeStatus, RevocationReason
from services.access.directory import store as directory
from services.access.premises.domain import CardFormat
from shared.identity.listed import Role
from shared.web import Instant, Me, Now, Page, Session, page_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["credentials"])


class NewBadge(BaseModel):
    """A card, by what is printed on it and coded in it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"format": "H10301", "facility": 77, "number": 4711}},
    )

    format: CardFormat = CardFormat.H10301
    facility: int = Field(ge=0, le=2**31 - 1)
    number: int = Field(ge=0, le=2**53)
    valid_from: Instant | None = None
    valid_until: Instant | None = None


class BadgeView(BaseModel):
    """A person's card."""

    model_config = ConfigDict(from_attributes=True, populate_by_name=True)

    badge_id: UUID
    person_id: UUID
    tenant_id: UUID
    format: CardFormat = Field(validation_alias="card_format")
    facility: int
    number: int
    status: BadgeStatus
    valid_from: datetime | None
    valid_until: datetime | None
    issued_at: datetime
    ended_at: datetime | None


class Revocation(BaseModel):
    """Why a badge is ended."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"reason": "lost"}},
    )

    reason: RevocationReason


@router.post("/people/{person_id}/badges", status_code=201)
async def issue_badge(
    person_id: UUID, body: NewBadge, session: Session, me: Me, now: Now
) -> BadgeView:
    """Issue a card. Security and operators for anybody, tenant admins for their own people."""
    badge = await commands.issue_badge(
        session,
        person_id,
        card=CardNumber(body.format, body.facility, body.number),
        valid_from=body.valid_from,
        valid_until=body.valid_until,
        by=me,
        at=now,
    )
    return BadgeView.model_validate(badge)


@router.get("/people/{person_id}/badges")
async def badges(person_id: UUID, session: Session, me: Me, asked: AskedPage) -> Page[BadgeView]:
    """The cards of a person: your own, or those of people you look after."""
    holder = await directory.person(session, person_id, seen_by=me)
    if holder.person_id != me.person_id:
        seen = (Role.SECURITY, Role.OPERATOR, Role.AUDITOR)
        must_look_after(me, holder.tenant_id, park_wide=seen)
    bound_to = f"{me.person_id} badges {person_id}"
    after = asked.after(bound_to=bound_to, types=(datetime.fromisoformat, UUID))
    rows = await store.badges_of_person(
        session,
        person_id,
        after=after.key if after else None,
        limit=asked.limit + 1,
    )
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row.issued_at, row.badge_id),
        view=BadgeView.model_validate,
    )


@router.post("/badges/{badge_id}/revoke")
async def revoke_badge(
    badge_id: UUID, body: Revocation, session: Session, me: Me, now: Now
) -> BadgeView:
    """The card stops working with this answer."""
    badge = await commands.revoke_badge(session, badge_id, reason=body.reason, by=me, at=now)
    return BadgeView.model_validate(badge)
