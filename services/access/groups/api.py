"""Groups over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.access.groups import commands, store
from services.access.groups.domain import Group
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

router = APIRouter(prefix="/groups", tags=["groups"])

MOST_AT_ONCE = 200
_PERSON = "0198c0de-0000-7000-8000-000000000002"

People = Annotated[list[UUID], Field(max_length=MOST_AT_ONCE)]


class GroupName(BaseModel):
    """What a group is called."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"name": "Night shift"}}
    )

    name: Line


class NewGroup(GroupName):
    """A tenant's group; without `tenant_id` one of the park, with people of any tenant."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "Night shift",
                "tenant_id": "0198c0de-0000-7000-8000-000000000001",
            }
        }
    )

    tenant_id: UUID | None = None


class GroupView(BaseModel):
    """People under one name, who are given rights together."""

    model_config = ConfigDict(from_attributes=True)

    group_id: UUID
    tenant_id: UUID | None
    name: str
    formed_at: datetime


class MemberView(BaseModel):
    """Somebody of a group, and who put them in."""

    model_config = ConfigDict(from_attributes=True)

    person_id: UUID
    added_by: UUID
    added_at: datetime


class MembersChange(BaseModel):
    """Whom to put in and whom to take out, all at once or nothing of it."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"add": [_PERSON], "remove": []}}
    )

    add: People = []
    remove: People = []


class MembersChanged(BaseModel):
    """Who came and who went; those who were as asked for already are not named."""

    added: list[UUID]
    removed: list[UUID]


@router.post("", status_code=201)
async def form_group(
    body: NewGroup, session: Session, me: Me, now: Now, response: Response
) -> GroupView:
    """Form a group. Tenant admins for their own tenant, the landlord's staff also for the park."""
    group = Group(**body.model_dump(), formed_at=now)
    await commands.form_group(session, group, by=me, at=now)
    response.headers["etag"] = etag_of(group.version)
    return GroupView.model_validate(group)


@router.get("")
async def groups(session: Session, me: Me, asked: AskedPage) -> Page[GroupView]:
    """The groups of your tenant, for its admins; all of them for the landlord's staff."""
    bound_to = f"{me.person_id} groups"
    after = asked.after(bound_to=bound_to, types=(str, UUID))
    rows = await store.groups(
        session,
        seen_by=me,
        after=after.key if after else None,
        limit=asked.limit + 1,
    )
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row.name, row.group_id),
        view=GroupView.model_validate,
    )


@router.get("/{group_id}", response_model=GroupView)
async def group(
    group_id: UUID, session: Session, me: Me, request: Request, response: Response
) -> GroupView | Response:
    """One group, with the ETag that its changes are held against."""
    found = await store.group(session, group_id, seen_by=me)
    response.headers["etag"] = etag_of(found.version)
    return not_modified(request, version=found.version) or GroupView.model_validate(found)


@router.put("/{group_id}")
async def rename_group(
    group_id: UUID,
    body: GroupName,
    session: Session,
    me: Me,
    response: Response,
    if_match: IfMatch = None,
) -> GroupView:
    """Call it something else."""
    found = await store.group(session, group_id, seen_by=me, lock=True)
    must_match(if_match, version=found.version)
    await commands.rename_group(session, found, body.name, by=me)
    response.headers["etag"] = etag_of(found.version)
    return GroupView.model_validate(found)


@router.delete("/{group_id}", status_code=204)
async def disband_group(
    group_id: UUID, session: Session, me: Me, now: Now, if_match: IfMatch = None
) -> Response:
    """Nobody is in it any more; its rights open nothing, from this answer on."""
    found = await store.group(session, group_id, seen_by=me, lock=True)
    must_match(if_match, version=found.version)
    await commands.disband_group(session, found, by=me, at=now)
    return Response(status_code=204)


@router.get("/{group_id}/members")
async def members(group_id: UUID, session: Session, me: Me, asked: AskedPage) -> Page[MemberView]:
    """Who is in it."""
    await store.group(session, group_id, seen_by=me)
    bound_to = f"{me.person_id} group {group_id}"
    after = asked.after(bound_to=bound_to, types=(UUID,))
    rows = await store.members(
        session, group_id, after=after.key if after else None, limit=asked.limit + 1
    )
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row.person_id,),
        view=MemberView.model_validate,
    )


@router.post("/{group_id}/members")
async def change_members(
    group_id: UUID,
    body: MembersChange,
    session: Session,
    me: Me,
    now: Now,
    response: Response,
    if_match: IfMatch = None,
) -> MembersChanged:
    """Put several people in and take several out, at most 200 each way, all or nothing."""
    found = await store.group(session, group_id, seen_by=me, lock=True)
    must_match(if_match, version=found.version)
    come, gone = await commands.change_members(
        session, found, add=body.add, remove=body.remove, by=me, at=now
    )
    response.headers["etag"] = etag_of(found.version)
    return MembersChanged(added=sorted(come), removed=sorted(gone))


@router.put("/{group_id}/members/{person_id}", status_code=204)
async def add_member(
    group_id: UUID, person_id: UUID, session: Session, me: Me, now: Now
) -> Response:
    """Put somebody in; whoever is in it already stays."""
    found = await store.group(session, group_id, seen_by=me, lock=True)
    await commands.change_members(session, found, add=[person_id], by=me, at=now)
    return Response(status_code=204, headers={"etag": etag_of(found.version)})


@router.delete("/{group_id}/members/{person_id}", status_code=204)
async def remove_member(
    group_id: UUID, person_id: UUID, session: Session, me: Me, now: Now
) -> Response:
    """Take somebody out: its rights open nothing to them any more, from this answer on."""
    found = await store.group(session, group_id, seen_by=me, lock=True)
    await commands.change_members(session, found, remove=[person_id], by=me, at=now)
    return Response(status_code=204, headers={"etag": etag_of(found.version)})
