"""Waiting for a room over HTTP."""

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, model_validator

from services.booking.bookings.new import OneOrAny
from services.booking.settings import ItsSettings
from services.booking.times import Times, times
from services.booking.waiting import commands, store
from services.booking.waiting.domain import Turn, Waiting
from shared.clock import local
from shared.web import Me, Now, Once, Page, Session, page_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["waiting"])


class NewWaiting(OneOrAny):
    """What to wait for: this room (`room_id`), or any that fits (`any`), and when."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "room_id": "0b0f9c3e-3b8e-4c61-9a52-0e6a2b1d7c55",
                "starts_at": "2027-03-01T09:00:00+00:00",
                "ends_at": "2027-03-01T10:00:00+00:00",
                "people": 4,
            }
        },
    )

    @model_validator(mode="after")
    def says_one_thing(self) -> "NewWaiting":
        self._must_name_one_of("room_id", "any_room")
        self._must_say_when()
        return self


class OfferView(BaseModel):
    """A room that is kept for you: book it by `POST /v1/bookings` with this `hold_id`."""

    hold_id: UUID
    booking_id: UUID
    """That it will have once you book it; the same id."""
    room_id: UUID
    expires_at: datetime


class WaitingView(Times):
    """Something that you wait for. Nobody else sees it."""

    waiting_id: UUID
    status: Turn
    room_id: UUID | None
    """Null: any that fits."""
    equipment: list[str]
    accessibility: list[str]
    building_zone_id: UUID | None
    timezone: str
    people: int | None
    layout: str | None
    created_at: datetime
    offer: OfferView | None


def waiting_view(waiting: Waiting) -> WaitingView:
    timezone = waiting.timezone
    return WaitingView(
        waiting_id=waiting.id,
        status=waiting.status,
        room_id=waiting.room_id,
        equipment=waiting.equipment,
        accessibility=waiting.accessibility,
        building_zone_id=waiting.building_zone_id,
        **times((waiting.starts_at, waiting.ends_at), timezone=timezone).model_dump(),
        timezone=timezone,
        people=waiting.people,
        layout=waiting.layout,
        created_at=local(waiting.created_at, timezone=timezone),
        offer=_offer_view(waiting),
    )


def _offer_view(waiting: Waiting) -> OfferView | None:
    if waiting.hold_id is None or waiting.offered_room_id is None or waiting.offered_until is None:
        return None
    return OfferView(
        hold_id=waiting.hold_id,
        booking_id=waiting.hold_id,
        room_id=waiting.offered_room_id,
        expires_at=local(waiting.offered_until, timezone=waiting.timezone),
    )


@router.post("/waiting", status_code=201, response_model=WaitingView)
async def wait_for_room(
    new: NewWaiting, session: Session, me: Me, now: Now, once: Once, settings: ItsSettings
) -> Response:
    """Wait for a room that is taken, or for any that fits. When one is given back, whoever asked
    first holds it for five minutes, and finds it here as `offered`; booking what is held accepts
    it. An offer that you let go by is somebody else's then. You can wait for ten at once."""

    async def work() -> tuple[BaseModel, None]:
        asked = new.asked(timezone=settings.timezone, at=now)
        return waiting_view(await commands.wait_for(session, asked, by=me, at=now)), None

    return await once(work)


@router.get("/waiting")
async def list_waiting(session: Session, me: Me, now: Now, asked: AskedPage) -> Page[WaitingView]:
    """What you wait for, until its time begins, in the order in which you asked."""
    bound_to = f"waiting {me.person_id}"
    cursor = asked.after(bound_to=bound_to, types=[datetime.fromisoformat, UUID])
    after = (cursor.key[0], cursor.key[1]) if cursor else None
    rows = await store.waiting_of(session, me, at=now, after=after, limit=asked.limit)
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda waiting: (waiting.created_at.isoformat(), str(waiting.id)),
        view=waiting_view,
    )


@router.delete("/waiting/{waiting_id}", status_code=204)
async def stop_waiting(waiting_id: UUID, session: Session, me: Me) -> Response:
    """Wait no longer. What you are offered is let go."""
    await commands.stop_waiting(session, waiting_id, by=me)
    return Response(status_code=204)
