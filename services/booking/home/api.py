"""The first screen over HTTP."""

from uuid import UUID

from fastapi import APIRouter, Request, Response

from services.booking.availability.api.asked import ParkTimezone
from services.booking.availability.api.views import free_room_view
from services.booking.availability.store import free_now
from services.booking.bookings.store import count_requests_to_decide, offers_of
from services.booking.home import store
from services.booking.home.views import HomeView, Showing
from services.booking.rooms.store import catalogue
from services.booking.settings import ItsSettings
from shared.web import Me, Now, Session, answer_of

router = APIRouter(tags=["home"])

FREE_ROOMS = 5


@router.get("/home", response_model=HomeView)
async def get_home(
    session: Session,
    me: Me,
    now: Now,
    timezone: ParkTimezone,
    settings: ItsSettings,
    request: Request,
    near: UUID | None = None,
) -> Response:
    """What runs, what comes next and what you can do with it, your week, what you are offered since
    you waited for it, what waits for your word or your attention, and rooms that are free near you
    now.

    Near is the zone that you name; else the floor, then the building, of the booking that runs,
    comes next or was last. Answers 304 where you have just that already.
    """
    day = await store.day(session, me, at=now)
    show = Showing(session, await catalogue(session), to=me.person_id)
    lead = settings.check_in_lead
    coming, place = day.next(now), day.where(now)
    zones = [near] if near else []
    if place is not None and not zones:
        room = show.room(place)
        zones = [one for one in (room.floor_zone_id, room.building_zone_id) if one]
    minute = now.replace(second=0, microsecond=0)  # within a minute the same answer has one tag
    free = await free_now(session, near=tuple(zones), viewer=me, at=minute, limit=FREE_ROOMS)
    home = HomeView(
        running=[show.near(one, at=now, lead=lead) for one in day.running(now)],
        next=show.near(coming, at=now, lead=lead) if coming else None,
        week=[show.compact(one) for one in day.week(now)],
        offers=[show.offer(one, at=now) for one in await offers_of(session, me, at=now)],
        to_approve=await count_requests_to_decide(session, me, at=now, at_most=100),
        attention=[show.flagged(one) for one in day.flagged],
        near_zone_id=zones[-1] if zones else None,
        free_rooms=[free_room_view(one, viewer=me, timezone=timezone) for one in free],
    )
    return answer_of(home, request)
