"""Badges over HTTP: print one, note that it was printed, and how a company's badges look."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Base64Bytes, BaseModel, ConfigDict, Field

from services.visitors.badges import commands, store
from services.visitors.badges.domain import (
    LARGEST_LOGO,
    USUAL_COLOUR,
    USUALLY_SHOWN,
    BadgeTemplate,
    Shown,
    read_logo,
)
from services.visitors.badges.printing import Press
from services.visitors.badges.wording import sample_of
from services.visitors.policies.commands import must_be_theirs
from services.visitors.visits.api import Found, changed
from services.visitors.visits.views import VisitView
from shared.web import IfMatch, Line, Me, Note, Now, Once, Session, etag_of, must_match
from shared.web.entities import not_modified
from shared.web.ground import ground_of

router = APIRouter(tags=["badges"])

LONGEST_TITLE, LONGEST_NOTE = 60, 200


class Template(BaseModel):
    """How badges look: a coloured band with title and logo, and what is printed below the name."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "title": "Atlas Conseil",
                "colour": "#1f3a5f",
                "shows": ["company", "host", "date", "kind", "escort", "qr"],
                "note": "Wi-Fi: ATLAS-GUEST",
                "logo": None,
            }
        },
    )

    title: Annotated[Line, Field(max_length=LONGEST_TITLE)] | None = None
    """None: visitor, contractor or delivery, in the visitor's language."""
    colour: Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")] = USUAL_COLOUR
    """Of the band; what is written on it is black or white, whichever reads better."""
    shows: Annotated[tuple[Shown, ...], Field(max_length=len(Shown))] = USUALLY_SHOWN
    note: Annotated[Note, Field(max_length=LONGEST_NOTE)] | None = None
    """A few lines at the foot: the guests' Wi-Fi, a number to call."""
    logo: Annotated[Base64Bytes, Field(max_length=LARGEST_LOGO)] | None = None
    """A PNG of at most 100,000 bytes and 800 by 800 pixels, in base64. What of it does not show is
    not kept.
    """

    def look(self) -> commands.Look:
        logo = None if self.logo is None else read_logo(self.logo)
        shows = tuple(each for each in Shown if each in self.shows)
        return commands.Look(self.title, self.colour, shows, self.note or None, logo)


class TemplateView(Template):
    """The template of a company; the park's usual one where it has set none."""

    tenant_id: UUID


async def _to_badge(visit_id: UUID, session: Session, me: Me) -> Found:
    return await commands.visit_to_badge(session, visit_id, by=me)


async def _to_note(visit_id: UUID, session: Session, me: Me) -> Found:
    return await commands.visit_to_badge(session, visit_id, by=me, lock=True)


async def _press(request: Request) -> Press:
    press: Press = request.app.state.press
    return press


ToBadge = Annotated[Found, Depends(_to_badge, scope="function")]
"""The visit of the address, for the reception."""
ToNote = Annotated[Found, Depends(_to_note, scope="function")]
"""The same, locked."""
ThePress = Annotated[Press, Depends(_press)]
PDF = {"content": {"application/pdf": {}}, "description": "One page of 62 × 100 mm."}


@router.get("/visits/{visit_id}/badge", response_class=Response, responses={200: PDF})
async def badge(found: ToBadge, session: Session, request: Request, press: ThePress) -> Response:
    """The visitor's badge as PDF, 62 × 100 mm, for the reception's printer.

    It says what the company's template asks for, in the visitor's language. There is none for a
    visit that is not approved, is over, or whose pass was revoked.
    """
    catalogue = ground_of(request).catalogue
    supplies = await commands.supplies_for(session, [found[0]], catalogue=catalogue)
    made = supplies.badge(*found)
    headers = {"cache-control": "no-store", "content-disposition": 'inline; filename="badge.pdf"'}
    return Response(await press.print([made]), media_type="application/pdf", headers=headers)


@router.post("/visits/{visit_id}/badge/printed", response_model=VisitView)
async def note_badge_printed(
    found: ToNote, session: Session, now: Now, once: Once, if_match: IfMatch = None
) -> Response:
    """Note that the badge came out of the printer, so that nobody prints it a second time."""

    async def note() -> None:
        commands.note_printed(found[0], at=now)

    return await changed(found, once, if_match, note)


@router.get("/tenants/{tenant_id}/badge-template", response_model=TemplateView)
async def template(
    tenant_id: UUID, session: Session, me: Me, request: Request, response: Response
) -> TemplateView | Response:
    """How a company's badges look."""
    await must_be_theirs(session, tenant_id, by=me)
    found = await store.template(session, tenant_id)
    response.headers["etag"] = etag_of(found.version)
    return not_modified(request, version=found.version) or _view(found)


@router.put("/tenants/{tenant_id}/badge-template")
async def set_template(
    tenant_id: UUID,
    body: Template,
    session: Session,
    me: Me,
    now: Now,
    press: ThePress,
    response: Response,
    if_match: IfMatch = None,
) -> TemplateView:
    """Change how a company's badges look, for its admin or the operator. What is not given becomes
    the usual. A logo that cannot be printed is refused.
    """
    look = body.look()
    template = await commands.template_to_change(session, tenant_id, by=me)
    must_match(if_match, version=template.version)
    commands.set_template(template, look, by=me, at=now)
    if look.logo is not None:
        await press.print([sample_of(template)])
    response.headers["etag"] = etag_of(template.version)
    return _view(template)


def _view(template: BadgeTemplate) -> TemplateView:
    return TemplateView.model_construct(
        tenant_id=template.tenant_id,
        title=template.title,
        colour=template.colour,
        shows=tuple(Shown(each) for each in template.shows),
        note=template.note,
        logo=template.logo,
    )
