"""Doors over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.access.names import columns_of
from services.access.premises import commands, store
from services.access.premises.api.door_bodies import DoorChange, DoorView, NewDoor, NewMode
from services.access.premises.domain import Door
from shared.web import IfMatch, Me, Now, Page, Session, etag_of, must_match, page_of
from shared.web.pages import AskedPage

router = APIRouter()

Code = Annotated[str | None, Query(max_length=200)]


@router.post("/doors", status_code=201)
async def list_door(body: NewDoor, session: Session, me: Me, now: Now) -> DoorView:
    """Put in a door; its two directions come with it. Operators and facility managers."""
    door = Door(
        **body.model_dump(exclude={"names"}),
        **columns_of(body.names),
        listed_at=now,
    )
    return DoorView.of(door, await commands.list_door(session, door, by=me))


@router.get("/doors")
async def doors(session: Session, me: Me, asked: AskedPage, code: Code = None) -> Page[DoorView]:
    """The doors into zones that you may see."""
    bound_to = f"{me.person_id} doors {code}"
    after = asked.after(bound_to=bound_to, types=(str,))
    rows = await store.doors(
        session,
        seen_by=me,
        code=code,
        after=after.key if after else None,
        limit=asked.limit + 1,
    )
    points = await store.access_points(session, [door.door_id for door in rows])
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row.code,),
        view=lambda door: DoorView.of(door, points[door.door_id]),
    )


@router.get("/doors/{door_id}")
async def door(door_id: UUID, session: Session, me: Me, response: Response) -> DoorView:
    """One door, with the access points that its controller asks about."""
    found = await store.door(session, door_id, seen_by=me)
    return await _shown(session, found, response)


@router.put("/doors/{door_id}")
async def change_door(
    door_id: UUID,
    body: DoorChange,
    session: Session,
    me: Me,
    now: Now,
    response: Response,
    if_match: IfMatch = None,
) -> DoorView:
    """Change how a door works, from the next read on. Operators and facility managers."""
    me.must_have(*commands.MAY_BUILD)
    door = await store.door(session, door_id, seen_by=me, lock=True)
    must_match(if_match, version=door.version)
    await commands.change_door(session, door, body.settings(), by=me, at=now)
    return await _shown(session, door, response)


@router.post("/doors/{door_id}/mode")
async def turn_door(
    door_id: UUID,
    body: NewMode,
    session: Session,
    me: Me,
    now: Now,
    response: Response,
    if_match: IfMatch = None,
) -> DoorView:
    """Lock or unlock a door, or say by what it opens. Operators, security, facility managers.

    The ways out open in every mode.
    """
    me.must_have(*commands.MAY_SECURE)
    door = await store.door(session, door_id, seen_by=me, lock=True)
    must_match(if_match, version=door.version)
    await commands.turn_door(
        session,
        door,
        body.mode,
        unlock_schedule_id=body.unlock_schedule_id,
        reason=body.reason,
        by=me,
        at=now,
    )
    return await _shown(session, door, response)


async def _shown(session: Session, door: Door, response: Response) -> DoorView:
    response.headers["etag"] = etag_of(door.version)
    points = await store.access_points(session, [door.door_id])
    return DoorView.of(door, points[door.door_id])
