"""Holding a room over HTTP, for as long as it takes to make up one's mind."""

from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from services.booking.bookings import store
from services.booking.bookings.commands import holding
from services.booking.bookings.held import HoldView, hold_view
from services.booking.bookings.new import NewHold
from services.booking.settings import ItsSettings
from shared.web import Me, Now, Once, Session

router = APIRouter(tags=["holds"])


class HoldsView(BaseModel):
    """All that you hold: three rooms at most, so there are no pages."""

    items: list[HoldView]


@router.post("/holds", status_code=201, response_model=HoldView)
async def hold_room(
    new: NewHold, session: Session, me: Me, now: Now, once: Once, settings: ItsSettings
) -> Response:
    """Keep a room for five minutes, for you alone; then book it by `POST /v1/bookings` with its
    `hold_id`. You can hold three rooms at once."""

    async def work() -> tuple[BaseModel, None]:
        wish = new.wish(timezone=settings.timezone, at=now)
        hold = await holding.hold_room(session, new.room_id, wish, by=me, at=now)
        return hold_view(hold, at=now), None

    return await once(work)


@router.get("/holds")
async def list_holds(session: Session, me: Me, now: Now) -> HoldsView:
    """The rooms that you hold, the first to expire first."""
    held = await store.holds_of(session, me, at=now)
    return HoldsView(items=[hold_view(hold, at=now) for hold in held])


@router.get("/holds/{hold_id}")
async def get_hold(hold_id: UUID, session: Session, me: Me, now: Now) -> HoldView:
    """A room that you hold, or held until a moment ago."""
    return hold_view(await store.hold(session, hold_id, of=me), at=now)


@router.delete("/holds/{hold_id}", status_code=204)
async def let_go(hold_id: UUID, session: Session, me: Me) -> Response:
    """Let the room go before the hold expires."""
    await holding.let_go(session, hold_id, by=me)
    return Response(status_code=204)
