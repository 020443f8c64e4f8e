"""Inviting many over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.visitors.inviting import commands, store
from services.visitors.inviting.commands import Invited, NotInvited
from services.visitors.inviting.domain import MOST_LINES, MOST_MEMBERS, VisitorGroup
from services.visitors.inviting.reading import named_by
from services.visitors.surroundings import surroundings_of
from services.visitors.visits.api import language_of_mine
from services.visitors.visits.commands import Invitation
from services.visitors.visits.requests import MOST_ZONES, About, NewVisitor, Times
from shared.web import IfMatch, Line, Me, Now, Once, Page, Session, etag_of, must_match, page_of
from shared.web.ground import ground_of
from shared.web.language import language_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["inviting"])

LONGEST_TEXT = 1_000_000
"""More than 500 lines ever have, so that who sends more is told that it is the lines."""
Pasted = Annotated[str, StringConstraints(max_length=LONGEST_TEXT, pattern=r"^[^\x00]*$")]


class NewInvitations(Times, About):
    """Who is to come, all to the same appointment: lines, a list, or a group."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "text": "Camille Durand <camille@visitor.example>\n"
                "Karim Alami; Alami SARL; karim@visitor.example",
                "starts_at": "2026-11-23T09:00:00+00:00",
                "ends_at": "2026-11-23T10:00:00+00:00",
                "is_preview": True,
            }
        },
    )

    text: Pasted | None = None
    """Pasted lines, or CSV with a heading in French, Arabic or English; at most 500 visitors."""
    visitors: Annotated[tuple[NewVisitor, ...], Field(max_length=MOST_LINES)] | None = None
    group_id: UUID | None = None
    host_id: UUID | None = None
    """You, where it is not given; receptionists may name a colleague."""
    zone_ids: Annotated[tuple[UUID, ...], Field(max_length=MOST_ZONES)] | None = None
    is_draft: bool = False
    is_preview: bool = False
    """Says what would become of each line, and does nothing."""

    @model_validator(mode="after")
    def one_way_to_name_them(self) -> NewInvitations:
        if sum(each is not None for each in (self.text, self.visitors, self.group_id)) != 1:
            raise ValueError("visitors are named in one way: text, visitors or group_id")
        return self


class InvitedView(BaseModel):
    """What became of one of them."""

    line: int
    """Of the text, its heading counted; else the place in the list, from 1."""
    is_done: bool
    visit_id: UUID | None
    name: str | None
    code: str | None
    detail: str | None


class InvitedViews(BaseModel):
    """An outcome for each."""

    items: list[InvitedView]
    done: int
    refused: int


@router.post("/invitations", response_model=InvitedViews)
async def invite_many(
    body: NewInvitations, request: Request, session: Session, me: Me, now: Now, once: Once
) -> Response:
    """Expect many visitors at once: each gets a pass and a mail of their own.

    Lines that name nobody are refused with the reason and hold up no other; with `is_preview`
    nothing is done yet. A visitor named twice is invited once.
    """
    usual = surroundings_of(session).timezone
    starts_at, ends_at = body.window(usual_timezone=usual)
    invitation = Invitation(
        visitor=NewVisitor(given_name="-", family_name="-").details(),
        language=language_of_mine(me),
        host_id=body.host_id or me.person_id,
        starts_at=starts_at,
        ends_at=ends_at,
        timezone=body.timezone or usual,
        zone_ids=body.zone_ids,
        more=body.more(),
        is_draft=body.is_draft,
    )
    group = await store.group(session, body.group_id, seen_by=me) if body.group_id else None
    members = group.members if group else None
    named = named_by(text=body.text, visitors=body.visitors, members=members)

    async def work() -> tuple[BaseModel, str | None]:
        outcomes = await commands.invite_many(
            session, named, invitation, is_preview=body.is_preview, by=me, at=now
        )
        items = [_view(each, request) for each in outcomes]
        done = sum(each.is_done for each in items)
        return InvitedViews(items=items, done=done, refused=len(items) - done), None

    return await once(work, status=200)


def _view(outcome: Invited | NotInvited, request: Request) -> InvitedView:
    if isinstance(outcome, Invited):
        details = outcome.details
        return InvitedView(
            line=outcome.number,
            is_done=True,
            visit_id=outcome.visit.id if outcome.visit else None,
            name=f"{details.given_name} {details.family_name}".strip(),
            code=None,
            detail=None,
        )
    language = language_of(request.headers.get("accept-language"))
    return InvitedView(
        line=outcome.number,
        is_done=False,
        visit_id=None,
        name=None,
        code=outcome.why.code,
        detail=ground_of(request).catalogue.said(outcome.why, language=language),
    )


class WantedGroup(BaseModel):
    """Visitors who come again, under one name."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "name": "Jury",
                "is_shared": True,
                "members": [{"given_name": "Camille", "family_name": "Durand"}],
            }
        },
    )

    name: Line
    is_shared: bool = False
    """Whether colleagues see and use it too."""
    members: Annotated[tuple[NewVisitor, ...], Field(min_length=1, max_length=MOST_MEMBERS)]

    def kept(self) -> list[dict[str, str | None]]:
        return [each.model_dump(mode="json") for each in self.members]


class GroupView(BaseModel):
    """A group of visitors."""

    group_id: UUID
    owner_id: UUID
    name: str
    is_shared: bool
    members: list[NewVisitor]
    version: int


def _group_view(group: VisitorGroup) -> GroupView:
    return GroupView(
        group_id=group.id,
        owner_id=group.owner_id,
        name=group.name,
        is_shared=group.is_shared,
        members=[NewVisitor.model_validate(each) for each in group.members],
        version=group.version,
    )


@router.get("/visitor-groups")
async def groups(session: Session, me: Me, asked: AskedPage) -> Page[GroupView]:
    """Your groups of visitors, and those that colleagues share."""
    bound_to = f"visitor groups {me.person_id}"
    after = asked.after(bound_to=bound_to, types=(UUID,))
    rows = await store.groups(session, seen_by=me, after=after, limit=asked.limit)
    return page_of(
        rows, asked=asked, bound_to=bound_to, key=lambda row: (str(row.id),), view=_group_view
    )


@router.post("/visitor-groups", status_code=201, response_model=GroupView)
async def keep_group(body: WantedGroup, session: Session, me: Me, now: Now, once: Once) -> Response:
    """Keep visitors under one name, to invite them again by it."""

    async def work() -> tuple[BaseModel, str | None]:
        made = commands.keep_group(
            session, name=body.name, members=body.kept(), is_shared=body.is_shared, by=me, at=now
        )
        return _group_view(made), etag_of(made.version)

    return await once(work)


@router.get("/visitor-groups/{group_id}")
async def group(group_id: UUID, session: Session, me: Me, response: Response) -> GroupView:
    """One group, yours or shared by a colleague."""
    found = await store.group(session, group_id, seen_by=me)
    response.headers["etag"] = etag_of(found.version)
    return _group_view(found)


async def _to_change(group_id: UUID, session: Session, me: Me) -> VisitorGroup:
    return await commands.group_to_change(session, group_id, by=me)


ToChange = Annotated[VisitorGroup, Depends(_to_change, scope="function")]
"""The group of the address, locked, for its owner."""


@router.put("/visitor-groups/{group_id}", response_model=GroupView)
async def change_group(
    body: WantedGroup, found: ToChange, now: Now, once: Once, if_match: IfMatch = None
) -> Response:
    """Change a group of yours; visits that it made stay as they are."""

    async def work() -> tuple[BaseModel, str | None]:
        must_match(if_match, version=found.version)
        kept = body.kept()
        commands.change_group(found, name=body.name, members=kept, is_shared=body.is_shared, at=now)
        return _group_view(found), etag_of(found.version)

    return await once(work, status=200)


@router.delete("/visitor-groups/{group_id}", status_code=204)
async def forget_group(found: ToChange, session: Session, if_match: IfMatch = None) -> None:
    """Forget a group of yours, and the personal data in it; visits stay."""
    must_match(if_match, version=found.version)
    await session.delete(found)
