"""Day badges over HTTP: the desk's pool of cards, lending one, taking it back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from services.access.card_formats import CardFormat
from services.access.credentials import store
from services.access.credentials.api.views import BadgeView
from services.access.credentials.cards import CardNumber
from services.access.credentials.commands import day_badges as commands
from services.access.credentials.domain import DayCard
from shared.identity.listed import Role
from shared.web import Instant, Me, Now, Page, Session, page_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["credentials"])


class NewDayCard(BaseModel):
    """A card for your desk's drawer."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"format": "H10301", "facility": 90, "number": 12}},
    )

    format: CardFormat = CardFormat.H10301
    facility: int = Field(ge=0, le=2**31 - 1)
    number: int = Field(ge=0, le=2**53)

    @property
    def card(self) -> CardNumber:
        return CardNumber(self.format, self.facility, self.number)


class DayCardView(BaseModel):
    """A card in your desk's drawer, lent or not."""

    day_card_id: UUID
    format: CardFormat
    facility: int
    number: int
    added_at: datetime

    @classmethod
    def of(cls, card: DayCard) -> DayCardView:
        return cls(
            day_card_id=card.day_card_id,
            format=CardFormat(card.card_format),
            facility=card.facility,
            number=card.number,
            added_at=card.added_at,
        )


class NewDayBadge(NewDayCard):
    """Which card of the drawer is lent, and instead of which badge."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "format": "H10301",
                "facility": 90,
                "number": 12,
                "valid_until": "2026-11-23T18:00:00Z",
            }
        },
    )

    forgotten_badge_id: UUID | None = None
    """Null: the only one they have that opens; one must be named where there are several."""
    valid_until: Instant | None = None
    """Null: the end of the day; never later."""


@router.post("/day-cards", status_code=201)
async def add_day_card(body: NewDayCard, session: Session, me: Me, now: Now) -> DayCardView:
    """Put a card into the pool of your desk: the landlord's, or your company's own."""
    return DayCardView.of(await commands.add_day_card(session, body.card, by=me, at=now))


@router.get("/day-cards")
async def day_cards(session: Session, me: Me, asked: AskedPage) -> Page[DayCardView]:
    """The pool of your desk."""
    me.must_have(Role.RECEPTIONIST, Role.TENANT_ADMIN, *store.LOOKING_ON)
    bound_to = f"{me.person_id} day-cards"
    after = asked.after(bound_to=bound_to, types=(datetime.fromisoformat, UUID))
    rows = await store.day_cards(
        session,
        tenant_id=me.tenant_id,
        after=after.key if after else None,
        limit=asked.limit + 1,
    )
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row.added_at, row.day_card_id),
        view=DayCardView.of,
    )


@router.delete("/day-cards/{day_card_id}", status_code=204)
async def withdraw_day_card(day_card_id: UUID, session: Session, me: Me, now: Now) -> Response:
    """Take a card out of the pool of your desk."""
    await commands.withdraw_day_card(session, day_card_id, by=me, at=now)
    return Response(status_code=204)


@router.post("/people/{person_id}/day-badges", status_code=201)
async def issue_day_badge(
    person_id: UUID, body: NewDayBadge, session: Session, me: Me, now: Now
) -> BadgeView:
    """Lend a card of your pool to somebody who has forgotten theirs, until the day's end at most.
    The forgotten badge sleeps until this one is returned, or its time is over. The landlord's desk,
    security and operators for anybody; a company's desk and admins for their own people.
    """
    badge = await commands.issue_day_badge(
        session,
        person_id,
        card=body.card,
        forgotten_badge_id=body.forgotten_badge_id,
        valid_until=body.valid_until,
        by=me,
        at=now,
    )
    return BadgeView.of(badge, at=now)


@router.post("/badges/{badge_id}/return")
async def return_day_badge(badge_id: UUID, session: Session, me: Me, now: Now) -> BadgeView:
    """Take a day badge back; the forgotten badge opens again with this answer."""
    return BadgeView.of(await commands.return_day_badge(session, badge_id, by=me, at=now), at=now)
