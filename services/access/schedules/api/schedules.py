"""Schedules over HTTP, and what they come to between two instants."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.access.schedules import commands, store
from services.access.schedules.domain import Hours, Schedule, SpecialDays, Weekday
from shared.clock import local
from shared.errors import Malformed
from shared.web import (
    IfMatch,
    Instant,
    Line,
    Me,
    Now,
    Page,
    Session,
    etag_of,
    must_match,
    not_modified,
    page_of,
)
from shared.web.pages import AskedPage

router = APIRouter(tags=["schedules"])

AT_MOST = timedelta(days=31)
USUALLY = timedelta(days=7)


class AskForLessThanAMonth(Malformed):
    """Ask for at most 31 days of hours at once, and for an end that is after the begin."""


class WindowBody(BaseModel):
    """From `begins` until just before `ends`, by the clock on the wall, on each of its days.

    An `ends` that is not after `begins` is on the day after: 22:00 to 06:00 is a night, 08:00 to
    08:00 are 24 hours, 00:00 to 24:00 is the whole day.
    """

    model_config = ConfigDict(extra="forbid")

    begins: str = Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", examples=["08:00"])
    ends: str = Field(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$", examples=["18:00"])


class WeeklyBody(WindowBody):
    """A window on some days of the week, in the words of RFC 5545."""

    days: list[Weekday] = Field(min_length=1, max_length=7, examples=[["MO", "TU"]])


class SpecialBody(BaseModel):
    """What counts instead on the special days of a group. No windows: closed."""

    model_config = ConfigDict(extra="forbid")

    group_id: UUID
    windows: list[WindowBody] = Field(max_length=20)


class ScheduleBody(BaseModel):
    """Weekly hours, and those of special days. On days of a group it does not name it is closed."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "code": "office-hours",
                "name": "Office hours",
                "weekly": [
                    {"days": ["MO", "TU", "WE", "TH"], "begins": "08:00", "ends": "18:30"},
                    {"days": ["FR"], "begins": "08:00", "ends": "12:00"},
                    {"days": ["FR"], "begins": "14:30", "ends": "18:30"},
                ],
                "special": [
                    {"group_id": "0198c0de-0000-7000-8000-000000000006", "windows": []},
                ],
            }
        },
    )

    code: Line
    name: Line
    weekly: list[WeeklyBody] = Field(max_length=50)
    special: list[SpecialBody] = Field(default=[], max_length=50)

    @model_validator(mode="after")
    def names_a_group_once(self) -> Self:
        if len({each.group_id for each in self.special}) < len(self.special):
            raise ValueError("a group is named twice")
        return self


class NewSchedule(ScheduleBody):
    """Hours to be. With `tenant_id` they are that tenant's own, else the whole park shares them."""

    tenant_id: UUID | None = None


class ScheduleView(ScheduleBody):
    """At which hours something counts."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={})

    schedule_id: UUID
    tenant_id: UUID | None


class OpenStretch(BaseModel):
    """Open from `starts_at` until just before `ends_at`."""

    starts_at: datetime
    ends_at: datetime


class HoursView(BaseModel):
    """When a schedule counts between two instants, in the park's own time."""

    schedule_id: UUID
    timezone: str
    starts_at: datetime
    ends_at: datetime
    is_open: bool
    """At `starts_at`."""
    next_change_at: datetime | None
    """When it opens or closes next; null where that is not before `ends_at`."""
    stretches: list[OpenStretch]


@router.post("/schedules", status_code=201)
async def add_schedule(
    body: NewSchedule, session: Session, me: Me, now: Now, response: Response
) -> ScheduleView:
    """Add hours: operators and facility managers shared ones, tenant admins their tenant's own."""
    schedule = Schedule(**_written(body), tenant_id=body.tenant_id, listed_at=now)
    await commands.add_schedule(session, schedule, by=me)
    return _shown(schedule, response)


@router.get("/schedules")
async def schedules(
    session: Session,
    me: Me,
    asked: AskedPage,
    code: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[ScheduleView]:
    """The schedules that you may see: shared ones and your tenant's; all for park-wide roles."""
    bound_to = f"{me.person_id} schedules {code}"
    after = asked.after(bound_to=bound_to, types=(str, UUID))
    rows = await store.schedules(
        session,
        seen_by=me,
        code=code,
        after=after.key if after else None,
        limit=asked.limit + 1,
    )
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row.code, row.schedule_id),
        view=ScheduleView.model_validate,
    )


@router.get("/schedules/{schedule_id}", response_model=ScheduleView)
async def schedule(
    schedule_id: UUID, session: Session, me: Me, request: Request, response: Response
) -> ScheduleView | Response:
    """One schedule."""
    found = await store.schedule(session, schedule_id, seen_by=me)
    return not_modified(request, version=found.version) or _shown(found, response)


@router.put("/schedules/{schedule_id}")
async def change_schedule(
    schedule_id: UUID,
    body: ScheduleBody,
    session: Session,
    me: Me,
    now: Now,
    response: Response,
    if_match: IfMatch = None,
) -> ScheduleView:
    """Give it other hours: whatever follows it follows them from this answer on."""
    found = await store.schedule(session, schedule_id, seen_by=me, lock=True)
    must_match(if_match, version=found.version)
    wanted = Schedule(**_written(body), listed_at=now)
    await commands.change_schedule(session, found, to=wanted, by=me, at=now)
    return _shown(found, response)


@router.post("/schedules/{schedule_id}/delist", status_code=204)
async def delist_schedule(
    schedule_id: UUID, session: Session, me: Me, now: Now, if_match: IfMatch = None
) -> Response:
    """Take it off the list. Refused while a right or a door follows it."""
    found = await store.schedule(session, schedule_id, seen_by=me, lock=True)
    must_match(if_match, version=found.version)
    await commands.delist_schedule(session, found, by=me, at=now)
    return Response(status_code=204)


@router.get("/schedules/{schedule_id}/hours")
async def hours(
    schedule_id: UUID,
    session: Session,
    me: Me,
    now: Now,
    since: Annotated[Instant | None, Query(alias="from")] = None,
    until: Instant | None = None,
) -> HoursView:
    """Whether it is open, when that changes next, and when it is open until then.

    From now on and for seven days where nothing else is asked for; 31 days at most.
    """
    starts = since or now
    ends = until or starts + USUALLY
    if not starts < ends <= starts + AT_MOST:
        raise AskForLessThanAMonth
    found = await store.schedule(session, schedule_id, seen_by=me)
    days = await store.days_around(session, starts, ends)
    return _hours_view(found.schedule_id, found.hours, starts, ends, days=days)


def _hours_view(
    schedule_id: UUID, hours: Hours, starts: datetime, ends: datetime, *, days: SpecialDays
) -> HoursView:
    def shown(at: datetime) -> datetime:
        return local(at, timezone=days.timezone)

    found = hours.stretches(starts, ends, days=days)
    changes = [at for stretch in found for at in stretch if starts < at < ends]
    return HoursView(
        schedule_id=schedule_id,
        timezone=days.timezone,
        starts_at=shown(starts),
        ends_at=shown(ends),
        is_open=hours.counts_at(starts, days=days),
        next_change_at=shown(changes[0]) if changes else None,
        stretches=[OpenStretch(starts_at=shown(a), ends_at=shown(b)) for a, b in found],
    )


def _written(body: ScheduleBody) -> dict[str, Any]:
    return ScheduleBody.model_dump(body, mode="json", exclude={"tenant_id"})


def _shown(schedule: Schedule, response: Response) -> ScheduleView:
    response.headers["etag"] = etag_of(schedule.version)
    return ScheduleView.model_validate(schedule)
