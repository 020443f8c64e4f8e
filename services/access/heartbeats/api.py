"""Heartbeats over HTTP: sent by controllers, their absence looked at by those in charge."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from services.access.controllers.api import Device
from services.access.heartbeats import commands, store
from services.access.surroundings import surroundings_of
from shared.identity.listed import Role
from shared.web import Me, Now, Page, Session, page_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["controllers"])


class BeatHeard(BaseModel):
    """How long a controller may be quiet; send three heartbeats within that time."""

    silent_after_seconds: float


class PulseView(BaseModel):
    """When a controller was heard last."""

    controller_id: UUID
    code: str
    heard_at: datetime
    silent_since: datetime | None
    """Null: it is heard. Since then nothing is known of who passes its doors."""


@router.post("/controllers/me/heartbeats")
async def send_heartbeat(session: Session, device: Device, now: Now) -> BeatHeard:
    """Say that this controller lives. Once it has, it is called silent when neither a heartbeat nor
    a read has come for too long: rooms behind its doors are then not given up as no-shows."""
    await commands.beat(session, device, at=now)
    after = surroundings_of(session).silent_after
    return BeatHeard(silent_after_seconds=after.total_seconds())


@router.get("/controllers/pulses")
async def pulses(
    session: Session,
    me: Me,
    asked: AskedPage,
    is_silent: Annotated[bool | None, Query(alias="silent")] = None,
) -> Page[PulseView]:
    """Controllers that send heartbeats, the one heard longest ago first; with `silent` only those
    that have fallen silent, or only those that have not. For those who look after the doors."""
    me.must_have(Role.OPERATOR, Role.FACILITY_MANAGER, Role.SECURITY, Role.AUDITOR)
    bound_to = f"{me.person_id} pulses {is_silent}"
    after = asked.after(bound_to=bound_to, types=(datetime.fromisoformat, UUID))
    rows = await store.pulses(
        session,
        is_silent=is_silent,
        after=after.key if after else None,
        limit=asked.limit + 1,
    )
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row[0].heard_at, row[0].controller_id),
        view=lambda row: PulseView(
            controller_id=row[0].controller_id,
            code=row[1].code,
            heard_at=row[0].heard_at,
            silent_since=row[0].silent_since,
        ),
    )
