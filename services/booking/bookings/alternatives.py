"""The alternatives that a lost race is answered with, as people are shown them."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings.commands.making import Asked
from services.booking.bookings.commands.offering import Alternative, alternatives
from services.booking.bookings.domain.offers import OFFER_KEY
from services.booking.claims.domain import RoomTaken
from services.booking.links import Informed
from services.booking.times import Times, times
from shared.events.premises import Names
from shared.identity.listed import Person
from shared.web.problems import Problem


class OfferedRoom(BaseModel):
    """A room that can be had."""

    room_id: UUID
    code: str
    names: Names
    capacity: int
    link: str


class AlternativeView(Times):
    """A room and a time that you can have at this moment, and the token that books it for you, once
    and within ten minutes: `POST /v1/bookings` with `{"token": …}`. It is not kept for you."""

    room: OfferedRoom
    timezone: str
    token: str


class RoomTakenProblem(Problem):
    """A refusal; of a room that is taken, with up to five others or other times."""

    alternatives: list[AlternativeView] | None = None


async def tell_alternatives(
    session: AsyncSession, taken: RoomTaken, asked: Asked, *, by: Person, at: datetime
) -> None:
    """Has the refusal say what else there is."""
    found = await alternatives(session, asked, by=by, at=at)
    views = [_view(each, by=by, at=at, told=session) for each in found]
    taken.members = {"alternatives": [view.model_dump(mode="json") for view in views]}


def _view(each: Alternative, *, by: Person, at: datetime, told: Informed) -> AlternativeView:
    room, window, timezone = each.room, each.wish.window, each.wish.timezone
    return AlternativeView(
        room=OfferedRoom(
            room_id=room.room_id,
            code=room.code,
            names=room.names,
            capacity=room.capacity,
            link=room.link,
        ),
        **times((window.starts_at, window.ends_at), timezone=timezone).model_dump(),
        timezone=timezone,
        token=each.offer(at=at).seal(by=by, key=told.info[OFFER_KEY].newest),
    )
