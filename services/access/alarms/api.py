"""Alarms over HTTP."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from services.access.alarms import commands, store
from shared.events.access import AlarmKind
from shared.identity.listed import Role
from shared.web import Me, Now, Page, Session, page_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["alarms"])


class AlarmView(BaseModel):
    """Something that security should look at."""

    model_config = ConfigDict(from_attributes=True)

    alarm_id: UUID
    kind: AlarmKind
    zone_id: UUID | None
    source: str
    raised_at: datetime
    cleared_at: datetime | None


@router.get("/alarms")
async def alarms(session: Session, me: Me, asked: AskedPage) -> Page[AlarmView]:
    """Alarms, the newest first; those without `cleared_at` are open."""
    me.must_have(Role.SECURITY, Role.OPERATOR, Role.AUDITOR)
    bound_to = f"{me.person_id} alarms"
    after = asked.after(bound_to=bound_to, types=(datetime.fromisoformat, UUID))
    rows = await store.alarms(
        session,
        after=after.key if after else None,
        limit=asked.limit + 1,
    )
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row.raised_at, row.alarm_id),
        view=AlarmView.model_validate,
    )


@router.post("/alarms/{alarm_id}/clear")
async def clear_alarm(alarm_id: UUID, session: Session, me: Me, now: Now) -> AlarmView:
    """Say that an alarm has been dealt with."""
    return AlarmView.model_validate(await commands.clear_alarm(session, alarm_id, by=me, at=now))
