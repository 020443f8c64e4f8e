"""Zones over HTTP."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.access.names import NamesBody, columns_of
from services.access.premises import commands, store
from services.access.premises.domain import AntiPassback, Zone, ZoneRules
from shared.events.premises import Names, ZoneKind
from shared.identity.listed import PARK_WIDE, Role
from shared.web import IfMatch, Line, Me, Now, Page, Session, etag_of, must_match, page_of
from shared.web.pages import AskedPage

router = APIRouter()

Code = Annotated[str | None, Query(max_length=200)]


class NewZone(BaseModel):
    """A part of the park. Within a rented zone the tenant is taken over."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "code": "room-atlas",
                "parent_id": "0198c0de-0000-7000-8000-000000000003",
                "kind": "room",
                "names": {"fr": "Salle Atlas", "ar": "قاعة الأطلس", "en": "Atlas room"},
                "is_bookable": True,
            }
        },
    )

    code: Line
    parent_id: UUID | None = None
    kind: ZoneKind
    names: NamesBody
    tenant_id: UUID | None = None
    is_bookable: bool = False


class ZoneChange(BaseModel):
    """What a zone is called, and whether it may be booked."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "names": {"fr": "Salle Toubkal", "ar": "قاعة توبقال", "en": "Toubkal room"},
                "is_bookable": True,
            }
        },
    )

    names: NamesBody
    is_bookable: bool


class ZoneView(BaseModel):
    """A part of the park."""

    model_config = ConfigDict(from_attributes=True)

    zone_id: UUID
    code: str
    parent_id: UUID | None
    kind: ZoneKind
    names: NamesBody
    tenant_id: UUID | None
    is_bookable: bool
    is_listed: bool


class RulesBody(BaseModel):
    """Under which conditions a zone is entered, whatever right one has."""

    model_config = ConfigDict(
        extra="forbid",
        from_attributes=True,
        json_schema_extra={
            "example": {"anti_passback": "timed", "anti_passback_minutes": 15, "max_people": 12}
        },
    )

    anti_passback: AntiPassback = AntiPassback.NONE
    anti_passback_minutes: int | None = Field(default=None, ge=1, le=1440)
    """With `timed`, and with it alone."""
    max_people: int | None = Field(default=None, ge=1, le=1_000_000)
    """No more than so many at once."""
    min_people: int = Field(default=1, ge=1, le=2)
    """Two: nobody is in it alone."""
    is_escorted: bool = False
    """Visitors need an escort."""

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if (self.anti_passback == AntiPassback.TIMED) != (self.anti_passback_minutes is not None):
            raise ValueError("anti_passback_minutes goes with timed alone")
        if self.max_people is not None and self.max_people < self.min_people:
            raise ValueError("max_people is below min_people")
        return self


@router.post("/zones", status_code=201)
async def list_zone(body: NewZone, session: Session, me: Me, now: Now) -> ZoneView:
    """Add a zone to the tree. Operators and facility managers."""
    zone = Zone(
        **body.model_dump(exclude={"names", "parent_id"}),
        **columns_of(body.names),
        listed_at=now,
    )
    await commands.list_zone(session, zone, parent_id=body.parent_id, by=me)
    return ZoneView.model_validate(zone)


@router.get("/zones")
async def zones(session: Session, me: Me, asked: AskedPage, code: Code = None) -> Page[ZoneView]:
    """The zones that you may see: shared ones and your tenant's; all for park-wide roles."""
    bound_to = f"{me.person_id} zones {code}"
    after = asked.after(bound_to=bound_to, types=(str,))
    rows = await store.zones(
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
        key=lambda row: (row.code,),
        view=ZoneView.model_validate,
    )


@router.get("/zones/{zone_id}")
async def zone(zone_id: UUID, session: Session, me: Me, response: Response) -> ZoneView:
    """One zone, also one that is no longer a part of the park."""
    found = await store.zone(session, zone_id, seen_by=me)
    response.headers["etag"] = etag_of(found.version)
    return ZoneView.model_validate(found)


@router.put("/zones/{zone_id}")
async def change_zone(
    zone_id: UUID,
    body: ZoneChange,
    session: Session,
    me: Me,
    now: Now,
    response: Response,
    if_match: IfMatch = None,
) -> ZoneView:
    """Rename a zone, or say whether it may be booked. Operators and facility managers."""
    me.must_have(*commands.MAY_BUILD)
    zone = await store.zone(session, zone_id, seen_by=me, lock=True)
    must_match(if_match, version=zone.version)
    names = Names(**body.names.model_dump())
    await commands.change_zone(session, zone, names, is_bookable=body.is_bookable, by=me, at=now)
    response.headers["etag"] = etag_of(zone.version)
    return ZoneView.model_validate(zone)


@router.get("/zones/{zone_id}/rules")
async def rules(zone_id: UUID, session: Session, me: Me, response: Response) -> RulesBody:
    """Under which rules a zone is entered: for park-wide roles, and admins of who may see it."""
    found = await store.zone(session, zone_id, seen_by=me)
    me.must_have(*PARK_WIDE, Role.TENANT_ADMIN)
    response.headers["etag"] = etag_of(found.version)
    return RulesBody.model_validate(found.rules)


@router.put("/zones/{zone_id}/rules")
async def set_rules(
    zone_id: UUID,
    body: RulesBody,
    session: Session,
    me: Me,
    now: Now,
    response: Response,
    if_match: IfMatch = None,
) -> RulesBody:
    """Set the rules of a zone, all of them. Operators, security and facility managers."""
    me.must_have(*commands.MAY_SECURE)
    zone = await store.zone(session, zone_id, seen_by=me, lock=True)
    must_match(if_match, version=zone.version)
    await commands.set_rules(session, zone, ZoneRules(**body.model_dump()), by=me, at=now)
    response.headers["etag"] = etag_of(zone.version)
    return RulesBody.model_validate(zone.rules)
