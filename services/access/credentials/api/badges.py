"""Badges over HTTP: issue them, and change their state and validity."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from services.access.card_formats import CardFormat
from services.access.credentials.api.views import BadgeView
from services.access.credentials.commands import badges as commands
from services.access.credentials.domain import RevocationReason
from shared.web import Instant, Me, Now, Session
from shared.web.entities import IfMatch, etag_of

router = APIRouter(tags=["credentials"])


class NewBadge(BaseModel):
    """A card, by what is printed on it and coded in it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"format": "H10301", "facility": 77, "number": 4711}},
    )

    format: CardFormat | None = None
    """Null: the format of the tenant's cards."""
    facility: int = Field(ge=0, le=2**31 - 1)
    """0 where the format has none."""
    number: int = Field(ge=0, le=2**53)
    valid_from: Instant | None = None
    valid_until: Instant | None = None


class Revocation(BaseModel):
    """Why a badge is ended."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"reason": "lost"}},
    )

    reason: RevocationReason


class Validity(BaseModel):
    """From when until when a badge opens; null: without such a bound. The end does not count."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "valid_from": "2026-11-23T08:00:00+00:00",
                "valid_until": "2027-11-23T08:00:00+00:00",
            }
        },
    )

    valid_from: Instant | None = None
    valid_until: Instant | None = None


class TenantsFormat(BaseModel):
    """What a tenant's cards have, where a door's reader serves several tenants."""

    model_config = ConfigDict(
        from_attributes=True, extra="forbid", json_schema_extra={"example": {"format": "H10304"}}
    )

    format: CardFormat


@router.post("/people/{person_id}/badges", status_code=201)
async def issue_badge(
    person_id: UUID, body: NewBadge, session: Session, me: Me, now: Now
) -> BadgeView:
    """Issue a card. Security and operators for anybody, tenant admins for their own people."""
    badge = await commands.issue_badge(
        session,
        person_id,
        card_format=body.format,
        facility=body.facility,
        number=body.number,
        valid_from=body.valid_from,
        valid_until=body.valid_until,
        by=me,
        at=now,
    )
    return BadgeView.of(badge, at=now)


@router.post("/badges/{badge_id}/revoke")
async def revoke_badge(
    badge_id: UUID, body: Revocation, session: Session, me: Me, now: Now
) -> BadgeView:
    """The card stops working with this answer."""
    badge = await commands.revoke_badge(session, badge_id, reason=body.reason, by=me, at=now)
    return BadgeView.of(badge, at=now)


@router.post("/badges/{badge_id}/suspend")
async def suspend_badge(badge_id: UUID, session: Session, me: Me, now: Now) -> BadgeView:
    """Lay a card aside: it opens nothing until it is reactivated."""
    return BadgeView.of(await commands.suspend_badge(session, badge_id, by=me, at=now), at=now)


@router.post("/badges/{badge_id}/reactivate")
async def reactivate_badge(badge_id: UUID, session: Session, me: Me, now: Now) -> BadgeView:
    """Let a suspended or expired card open again; a lost or blocked one security alone. What was
    stolen, damaged or returned never opens again.
    """
    return BadgeView.of(await commands.reactivate_badge(session, badge_id, by=me, at=now), at=now)


@router.put("/badges/{badge_id}/validity")
async def set_validity(
    badge_id: UUID,
    body: Validity,
    session: Session,
    me: Me,
    now: Now,
    response: Response,
    if_match: IfMatch = None,
) -> BadgeView:
    """From when until when the card opens. Send the `ETag` you last read as `If-Match`."""
    badge = await commands.set_validity(
        session,
        badge_id,
        valid_from=body.valid_from,
        valid_until=body.valid_until,
        if_match=if_match,
        by=me,
        at=now,
    )
    response.headers["etag"] = etag_of(badge.version)
    return BadgeView.of(badge, at=now)


@router.post("/me/badges/{badge_id}/lost")
async def report_lost(badge_id: UUID, session: Session, me: Me, now: Now) -> BadgeView:
    """Your own card is lost: it stops working with this answer. Saying it again does no harm."""
    return BadgeView.of(await commands.report_lost(session, badge_id, by=me, at=now), at=now)


@router.put("/tenants/{tenant_id}/card-format")
async def set_card_format(
    tenant_id: UUID, body: TenantsFormat, session: Session, me: Me, now: Now
) -> TenantsFormat:
    """Say which format a tenant's cards have. It counts at doors whose reader serves several
    tenants, and is what new badges have unless they say otherwise.
    """
    tenant = await commands.set_card_format(session, tenant_id, body.format, by=me, at=now)
    return TenantsFormat(format=tenant.card_format)


@router.get("/tenants/{tenant_id}/card-format")
async def card_format(tenant_id: UUID, session: Session, me: Me) -> TenantsFormat:
    """Which format a tenant's cards have."""
    tenant = await commands.tenant_of(session, tenant_id, seen_by=me)
    return TenantsFormat(format=tenant.card_format)
