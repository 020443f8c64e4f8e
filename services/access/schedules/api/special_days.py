"""Special days and their groups over HTTP."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.access.names import NamesBody, columns_of
from services.access.schedules import commands, store
from services.access.schedules.domain import SpecialDay, SpecialDayGroup, SpecialDayStatus
from shared.web import (
    IfMatch,
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
from shared.web.values import EARLIEST, LATEST

router = APIRouter(tags=["special days"])

GROUP = "0198c0de-0000-7000-8000-000000000006"


def _within_reach(day: date) -> date:
    if not EARLIEST.date() <= day < LATEST.date():
        raise ValueError("out of range")
    return day


Day = Annotated[date, AfterValidator(_within_reach)]
"""A date from 2000 to 2099."""

Year = Annotated[int, Query(ge=EARLIEST.year, lt=LATEST.year)]


class NewGroup(BaseModel):
    """Special days that are alike. A schedule that does not name the group is closed on them."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "code": "public-holidays",
                "names": {"fr": "Jours fériés", "ar": "أيام العطل", "en": "Public holidays"},
            }
        },
    )

    code: Line
    names: NamesBody


class GroupView(BaseModel):
    """Special days that are alike."""

    model_config = ConfigDict(from_attributes=True)

    group_id: UUID
    code: str
    names: NamesBody


class NewSpecialDay(BaseModel):
    """A special day of the park's own."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "day": "2027-04-02",
                "group_id": GROUP,
                "names": {"fr": "Inventaire", "ar": "جرد", "en": "Stocktaking"},
            }
        },
    )

    day: Day
    group_id: UUID
    names: NamesBody


class Proposal(BaseModel):
    """A year whose Moroccan holidays are wanted, and the group they shall be of."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"year": 2027, "group_id": GROUP, "is_fixed_confirmed": True}
        },
    )

    year: int = Field(ge=EARLIEST.year, lt=LATEST.year)
    group_id: UUID
    is_fixed_confirmed: bool = False
    """Whether those with a fixed date count at once, by your word. Estimated ones never do."""


class Move(BaseModel):
    """Where a special day falls after all."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"example": {"day": "2027-03-10"}})

    day: Day


class SpecialDayView(BaseModel):
    """A date on which other hours count, once it is confirmed."""

    model_config = ConfigDict(from_attributes=True)

    special_day_id: UUID
    day: date
    group_id: UUID
    names: NamesBody
    status: SpecialDayStatus
    calculated_day: date | None
    """What the calendar said; null for the park's own days."""
    is_estimated: bool


class Proposed(BaseModel):
    """The holidays that nobody had proposed before."""

    items: list[SpecialDayView]


@router.post("/special-day-groups", status_code=201)
async def add_group(body: NewGroup, session: Session, me: Me, now: Now) -> GroupView:
    """Add a group of special days. Operators and facility managers."""
    group = SpecialDayGroup(code=body.code, added_at=now, **columns_of(body.names))
    return GroupView.model_validate(await commands.add_group(session, group, by=me))


@router.get("/special-day-groups")
async def groups(session: Session, me: Me, asked: AskedPage) -> Page[GroupView]:
    """The groups of special days, by code; the whole park's."""
    bound_to = f"{me.person_id} special-day-groups"
    after = asked.after(bound_to=bound_to, types=(str,))
    rows = await store.groups(session, after=after.key if after else None, limit=asked.limit + 1)
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row.code,),
        view=GroupView.model_validate,
    )


@router.post("/special-days", status_code=201)
async def add_special_day(
    body: NewSpecialDay, session: Session, me: Me, now: Now, response: Response
) -> SpecialDayView:
    """Add a day of the park's own; it counts at once. Operators and facility managers."""
    day = SpecialDay(
        day=body.day,
        group_id=body.group_id,
        status=SpecialDayStatus.PROPOSED,
        **columns_of(body.names),
    )
    await commands.add_special_day(session, day, by=me, at=now)
    return _shown(day, response)


@router.post("/special-days/proposals")
async def propose_holidays(body: Proposal, session: Session, me: Me, now: Now) -> Proposed:
    """Propose the Moroccan holidays of a year; again, and only what is missing is added.

    None of them counts before it is confirmed: lunar dates are estimates until the moon of their
    month was sighted. Operators and facility managers.
    """
    days = await commands.propose_holidays(
        session,
        body.year,
        group_id=body.group_id,
        is_fixed_confirmed=body.is_fixed_confirmed,
        by=me,
        at=now,
    )
    return Proposed(items=[SpecialDayView.model_validate(day) for day in days])


@router.get("/special-days")
async def special_days(
    session: Session,
    me: Me,
    asked: AskedPage,
    year: Year,
    status: SpecialDayStatus | None = None,
) -> Page[SpecialDayView]:
    """The special days of a year, by date: proposed, confirmed and withdrawn ones."""
    bound_to = f"{me.person_id} special-days {year} {status}"
    after = asked.after(bound_to=bound_to, types=(date.fromisoformat, UUID))
    rows = await store.special_days(
        session,
        year=year,
        status=status,
        after=after.key if after else None,
        limit=asked.limit + 1,
    )
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row.day, row.special_day_id),
        view=SpecialDayView.model_validate,
    )


@router.get("/special-days/{special_day_id}", response_model=SpecialDayView)
async def special_day(
    special_day_id: UUID, session: Session, me: Me, request: Request, response: Response
) -> SpecialDayView | Response:
    """One special day."""
    found = await store.special_day(session, special_day_id)
    return not_modified(request, version=found.version) or _shown(found, response)


async def _to_change(
    special_day_id: UUID, session: Session, me: Me, if_match: IfMatch = None
) -> SpecialDay:
    """The day, locked, as the caller last saw it."""
    found = await store.special_day(session, special_day_id, lock=True)
    must_match(if_match, version=found.version)
    return found


ToChange = Annotated[SpecialDay, Depends(_to_change)]


@router.post("/special-days/{special_day_id}/confirm")
async def confirm_special_day(
    found: ToChange, session: Session, me: Me, now: Now, response: Response
) -> SpecialDayView:
    """It counts from this answer on; also one that was withdrawn."""
    await commands.confirm_special_day(session, found, by=me, at=now)
    return _shown(found, response)


@router.post("/special-days/{special_day_id}/move")
async def move_special_day(
    found: ToChange, body: Move, session: Session, me: Me, now: Now, response: Response
) -> SpecialDayView:
    """It falls on another date, as when the moon was sighted a day later than calculated.

    A confirmed day counts there from this answer on; a proposal stays one.
    """
    await commands.move_special_day(session, found, to=body.day, by=me, at=now)
    return _shown(found, response)


@router.post("/special-days/{special_day_id}/withdraw")
async def withdraw_special_day(
    found: ToChange, session: Session, me: Me, now: Now, response: Response
) -> SpecialDayView:
    """It does not count any more: the weekday's hours do."""
    await commands.withdraw_special_day(session, found, by=me, at=now)
    return _shown(found, response)


def _shown(day: SpecialDay, response: Response) -> SpecialDayView:
    response.headers["etag"] = etag_of(day.version)
    return SpecialDayView.model_validate(day)
