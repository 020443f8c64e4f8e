"""Zones and doors over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from services.access.card_formats import CardFormat
from services.access.names import NamesBody
from services.access.premises import commands, store
from services.access.premises.domain import AccessPoint, Direction, Door, Zone
from shared.events.access import Evidence
from shared.events.premises import ZoneKind
from shared.web import Line, Me, Now, Page, Session, page_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["premises"])

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


class NewDoor(BaseModel):
    """A door. Without `from_zone_id` it leads in from outside the park."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "code": "door-atlas",
                "names": {"fr": "Salle Atlas", "ar": "قاعة الأطلس", "en": "Atlas room"},
                "from_zone_id": "0198c0de-0000-7000-8000-000000000003",
                "to_zone_id": "0198c0de-0000-7000-8000-000000000004",
                "controller_id": "0198c0de-0000-7000-8000-000000000005",
                "strike_ms": 5000,
                "evidence": "contact",
                "card_format": "H10301",
            }
        },
    )

    code: Line
    names: NamesBody
    from_zone_id: UUID | None = None
    to_zone_id: UUID
    controller_id: UUID
    strike_ms: int = Field(default=5000, ge=100, le=60_000)
    evidence: Evidence = Evidence.CONTACT
    card_format: CardFormat | None = CardFormat.H10301
    """Null: the reader serves several tenants, each with its own card format."""


class AccessPointView(BaseModel):
    """One direction through a door."""

    model_config = ConfigDict(from_attributes=True)

    access_point_id: UUID
    direction: Direction
    from_zone_id: UUID | None
    to_zone_id: UUID | None
    is_way_out: bool


class DoorView(BaseModel):
    """A door and its two directions."""

    door_id: UUID
    code: str
    names: NamesBody
    from_zone_id: UUID | None
    to_zone_id: UUID
    controller_id: UUID
    strike_ms: int
    evidence: Evidence
    card_format: CardFormat | None
    access_points: list[AccessPointView]

    @classmethod
    def of(cls, door: Door, points: list[AccessPoint]) -> DoorView:
        made = {"names", "access_points"}
        shown = {name: getattr(door, name) for name in cls.model_fields if name not in made}
        return cls(
            **shown,
            names=NamesBody.model_validate(door.names),
            access_points=[AccessPointView.model_validate(point) for point in points],
        )


@router.post("/zones", status_code=201)
async def list_zone(body: NewZone, session: Session, me: Me, now: Now) -> ZoneView:
    """Add a zone to the tree. Operators and facility managers."""
    zone = Zone(
        **body.model_dump(exclude={"names", "parent_id"}),
        name_fr=body.names.fr,
        name_ar=body.names.ar,
        name_en=body.names.en,
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
async def zone(zone_id: UUID, session: Session, me: Me) -> ZoneView:
    """One zone."""
    return ZoneView.model_validate(await store.zone(session, zone_id, seen_by=me))


@router.post("/doors", status_code=201)
async def list_door(body: NewDoor, session: Session, me: Me, now: Now) -> DoorView:
    """Put in a door; its two directions come with it. Operators and facility managers."""
    door = Door(
        **body.model_dump(exclude={"names"}),
        name_fr=body.names.fr,
        name_ar=body.names.ar,
        name_en=body.names.en,
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
async def door(door_id: UUID, session: Session, me: Me) -> DoorView:
    """One door, with the access points that its controller asks about."""
    found = await store.door(session, door_id, seen_by=me)
    return DoorView.of(found, (await store.access_points(session, [door_id]))[door_id])
