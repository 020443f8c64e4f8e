"""The directory over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from services.access.directory import commands, store
from services.access.directory.domain import Person, PersonChanges, Tenant
from shared.events.directory import Language
from shared.web import (
    Email,
    IfMatch,
    Line,
    Me,
    Now,
    Page,
    Phone,
    Session,
    etag_of,
    must_match,
    page_of,
)
from shared.web.pages import AskedPage

router = APIRouter()

ExternalId = Annotated[Line, Field(max_length=100)]


class CallerView(BaseModel):
    """Who you are here."""

    person_id: UUID
    tenant_id: UUID
    roles: list[str]
    display_name: str
    language: Language


class NewTenant(BaseModel):
    """A company that moves in. Zones become theirs when they are listed with its `tenant_id`."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "name": "Atlas Software",
                "language": "fr",
                "desk_address": "accueil@atlas.example",
            }
        },
    )

    name: Line
    language: Language = "fr"
    desk_address: Email | None = None


class TenantEdit(NewTenant):
    """All that can be edited of a company: what is left out becomes what it is by default."""


class TenantView(BaseModel):
    """A company of the park."""

    model_config = ConfigDict(from_attributes=True)

    tenant_id: UUID
    name: str
    is_landlord: bool
    language: Language
    desk_address: str | None
    zone_ids: list[UUID]
    is_listed: bool


class NewPerson(BaseModel):
    """Somebody who begins to work in the park."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "tenant_id": "0198c0de-0000-7000-8000-000000000001",
                "given_name": "Salma",
                "family_name": "Idrissi",
                "email": "salma@atlas.example",
                "language": "ar",
                "external_id": "4711",
            }
        },
    )

    tenant_id: UUID
    given_name: Line
    family_name: Line
    email: Email
    phone: Phone | None = None
    language: Language = "fr"
    external_id: ExternalId | None = None
    """The company's own number for them, if it has one."""


class PersonEdit(BaseModel):
    """All that can be edited of a person: what is left out becomes what it is by default."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "given_name": "Salma",
                "family_name": "Idrissi",
                "email": "salma.idrissi@atlas.example",
                "phone": "+212 522 00 00 00",
                "language": "ar",
                "external_id": "4711",
            }
        },
    )

    tenant_id: UUID | None = None
    """May be repeated; it cannot be changed."""
    given_name: Line
    family_name: Line
    email: Email
    phone: Phone | None = None
    language: Language = "fr"
    external_id: ExternalId | None = None


class PersonView(BaseModel):
    """Somebody who works in the park."""

    model_config = ConfigDict(from_attributes=True)

    person_id: UUID
    tenant_id: UUID
    given_name: str
    family_name: str
    email: str
    phone: str | None
    language: Language
    external_id: str | None
    successor_id: UUID | None
    is_listed: bool


@router.get("/me", tags=["directory"])
async def me(me: Me) -> CallerView:
    """Who the park's directory says you are, and which of your roles count."""
    return CallerView(
        person_id=me.person_id,
        tenant_id=me.tenant_id,
        roles=sorted(me.roles),
        display_name=me.display_name,
        language=me.language,
    )


@router.post("/tenants", status_code=201, tags=["directory"])
async def list_tenant(body: NewTenant, session: Session, me: Me, now: Now) -> TenantView:
    """List a company that moves in. Operators only."""
    tenant = Tenant(**body.model_dump(), listed_at=now)
    return TenantView.model_validate(await commands.list_tenant(session, tenant, by=me))


@router.get("/tenants", tags=["directory"])
async def tenants(session: Session, me: Me, asked: AskedPage) -> Page[TenantView]:
    """The companies that you may see: your own; all for the landlord's park-wide roles."""
    bound_to = f"{me.person_id} tenants"
    after = asked.after(bound_to=bound_to, types=(str, UUID))
    rows = await store.tenants(
        session,
        seen_by=me,
        after=after.key if after else None,
        limit=asked.limit + 1,
    )
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row.name, row.tenant_id),
        view=TenantView.model_validate,
    )


@router.get("/tenants/{tenant_id}", tags=["directory"])
async def tenant(tenant_id: UUID, session: Session, me: Me, response: Response) -> TenantView:
    """One company, also one that has left."""
    found = await store.tenant(session, tenant_id, seen_by=me)
    response.headers["etag"] = etag_of(found.version)
    return TenantView.model_validate(found)


@router.put("/tenants/{tenant_id}", tags=["directory"])
async def edit_tenant(
    tenant_id: UUID,
    body: TenantEdit,
    session: Session,
    me: Me,
    response: Response,
    if_match: IfMatch = None,
) -> TenantView:
    """Edit a company: operators any, tenant admins their own."""
    found = await commands.tenant_to_change(session, tenant_id, by=me)
    must_match(if_match, version=found.version)
    await commands.edit_tenant(session, found, **body.model_dump())
    response.headers["etag"] = etag_of(found.version)
    return TenantView.model_validate(found)


@router.post("/people", status_code=201, tags=["directory"])
async def list_person(body: NewPerson, session: Session, me: Me, now: Now) -> PersonView:
    """List somebody: operators for any tenant, tenant admins for their own."""
    person = Person(**body.model_dump(), listed_at=now)
    return PersonView.model_validate(await commands.list_person(session, person, by=me))


@router.get("/people", tags=["directory"])
async def people(
    session: Session,
    me: Me,
    asked: AskedPage,
    email: Annotated[str | None, Query(max_length=254)] = None,
    tenant_id: UUID | None = None,
) -> Page[PersonView]:
    """Listed people of your tenant; of all for the landlord's park-wide roles."""
    bound_to = f"{me.person_id} people {tenant_id} {email}"
    after = asked.after(bound_to=bound_to, types=(str, str, UUID))
    rows = await store.people(
        session,
        seen_by=me,
        email=email,
        tenant_id=tenant_id,
        after=after.key if after else None,
        limit=asked.limit + 1,
    )
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row.family_name, row.given_name, row.person_id),
        view=PersonView.model_validate,
    )


@router.get("/people/{person_id}", tags=["directory"])
async def person(person_id: UUID, session: Session, me: Me, response: Response) -> PersonView:
    """One person, also one who has left."""
    found = await store.person(session, person_id, seen_by=me)
    response.headers["etag"] = etag_of(found.version)
    return PersonView.model_validate(found)


@router.put("/people/{person_id}", tags=["directory"])
async def edit_person(
    person_id: UUID,
    body: PersonEdit,
    session: Session,
    me: Me,
    response: Response,
    if_match: IfMatch = None,
) -> PersonView:
    """Edit somebody: operators anybody, tenant admins their own people."""
    found = await commands.person_to_change(session, person_id, by=me)
    must_match(if_match, version=found.version)
    changes = PersonChanges(**body.model_dump(exclude={"tenant_id"}))
    await commands.edit_person(session, found, changes, tenant_id=body.tenant_id)
    response.headers["etag"] = etag_of(found.version)
    return PersonView.model_validate(found)
