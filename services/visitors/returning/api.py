"""Known visitors over HTTP: to fill in a new visit, and to merge those who are one."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from services.visitors.desk.commands import must_be_at_the_desk
from services.visitors.returning import commands, store
from services.visitors.returning.views import (
    Duplicates,
    KnownVisitors,
    Merge,
    VisitorView,
    duplicate_view,
    known_view,
    visitor_view,
)
from services.visitors.visitors.domain import Visitor
from shared.web import IfMatch, Me, Now, Once, Session, etag_of, must_match, not_modified

router = APIRouter(tags=["visitors"])

MOST_KNOWN = 50


async def _seen(visitor_id: UUID, session: Session, me: Me) -> Visitor:
    must_be_at_the_desk(me)
    return await store.visitor(session, visitor_id, seen_by=me)


Seen = Annotated[Visitor, Depends(_seen, scope="function")]
"""The visitor of the address, theirs to see."""


@router.get("/desk/visitors")
async def known_visitors(
    session: Session,
    me: Me,
    q: Annotated[
        str,
        Query(
            min_length=1,
            max_length=100,
            pattern=r"^[^\x00]+$",
            description="The beginning of names, a company, an e-mail address or a phone number.",
            examples=["cherk"],
        ),
    ],
    tenant_id: Annotated[
        UUID | None,
        Query(description="Whose visitors; your company's where it is not given."),
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_KNOWN)] = 20,
) -> KnownVisitors:
    """Visitors who came before, to fill in a visit with what is known of them.

    Only what the same company knows of them; the landlord's desk names the company it acts for.
    """
    must_be_at_the_desk(me)
    found = await store.known_visitors(
        session, q, tenant_id=tenant_id or me.tenant_id, seen_by=me, limit=limit
    )
    return KnownVisitors(items=[known_view(each) for each in found])


@router.get("/visitors/{visitor_id}", response_model=VisitorView)
async def visitor(found: Seen, request: Request, response: Response) -> VisitorView | Response:
    """One visitor, for the reception; the tag is what merging asks for."""
    response.headers["etag"] = etag_of(found.version)
    return not_modified(request, version=found.version) or visitor_view(found)


@router.get("/visitors/{visitor_id}/duplicates")
async def duplicates(found: Seen, session: Session) -> Duplicates:
    """Who of the same company's visitors may be the same person: proposed, never merged by itself.

    By the e-mail address, the phone number, or a name that sounds the same in any spelling.
    """
    pairs = await commands.duplicates(session, found)
    return Duplicates(items=[duplicate_view(*pair) for pair in pairs])


@router.post("/visitors/{visitor_id}/merge", response_model=VisitorView)
async def merge_visitor(
    visitor_id: UUID,
    body: Merge,
    session: Session,
    me: Me,
    now: Now,
    once: Once,
    if_match: IfMatch = None,
) -> Response:
    """Say that this visitor is another one: the visits of both are that one's from now on.

    What the other one lacks (company, e-mail, phone) is taken over. The answer is who remains.
    """

    async def work() -> tuple[BaseModel, str | None]:
        merged, remaining = await commands.two_visitors(session, visitor_id, into=body.into, by=me)
        must_match(if_match, version=merged.version)
        await commands.merge_visitors(session, merged, remaining, by=me, at=now)
        return visitor_view(remaining), etag_of(remaining.version)

    return await once(work, status=200)
