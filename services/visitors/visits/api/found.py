"""The visit of an address, found for whoever asks, and answered after a change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from pydantic import BaseModel, ConfigDict

from services.visitors.visitors.domain import Visitor
from services.visitors.visits import commands, store
from services.visitors.visits.domain import By, Visit
from services.visitors.visits.views import visit_view
from shared.events.directory import Language
from shared.events.visits import How
from shared.identity.listed import Person, Role
from shared.web import Me, Note, Once, Session, etag_of, must_match

Found = tuple[Visit, Visitor]


async def _seen(visit_id: UUID, session: Session, me: Me) -> Found:
    return await store.visit(session, visit_id, seen_by=me)


async def _to_change(visit_id: UUID, session: Session, me: Me) -> Found:
    return await commands.visit_to_change(session, visit_id, by=me)


async def _to_describe(visit_id: UUID, session: Session, me: Me) -> Found:
    await store.keep_zones_of_visit(session, visit_id)
    return await commands.visit_to_change(session, visit_id, by=me)


Seen = Annotated[Found, Depends(_seen, scope="function")]
"""The visit of the address, theirs to see."""


async def _to_decide(visit_id: UUID, session: Session, me: Me) -> Found:
    return await store.visit(session, visit_id, seen_by=me, lock=True)


ToDecide = Annotated[Found, Depends(_to_decide, scope="function")]
"""The visit of the address, theirs to see, locked; what they may do to it the command says."""


async def _whole_pass(visit_id: UUID, session: Session, me: Me) -> Found:
    return await store.visit_and_its_pass(session, visit_id, seen_by=me)


WholePass = Annotated[Found, Depends(_whole_pass, scope="function")]
"""The same, and all visits locked that share its pass."""
ToChange = Annotated[Found, Depends(_to_change, scope="function")]
"""The visit of the address, locked, for its hosts and the reception."""
ToDescribe = Annotated[Found, Depends(_to_describe, scope="function")]
"""The same, while the zones of its tenant stay what they are."""


def by_person(me: Person, visit: Visit, *, at: datetime) -> By:
    """Who takes a step: the reception, or else the host."""
    how = How.DESK if me.has(Role.RECEPTIONIST) and visit.host_id != me.person_id else How.HOST
    return By(at=at, how=how, person_id=me.person_id)


async def changed(
    found: Found,
    once: Once,
    if_match: str | None,
    change: Callable[[], Awaitable[None]],
    *,
    to: Person | None = None,
) -> Response:
    """The visit after the change, which takes effect once and only on what its caller has seen."""

    async def work() -> tuple[BaseModel, str | None]:
        visit, visitor = found
        must_match(if_match, version=visit.version)
        await change()
        return visit_view(visit, visitor, to=to), etag_of(visit.version)

    return await once(work, status=200)


class Why(BaseModel):
    """Why somebody decided so."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"example": {"reason": "No valid insurance"}}
    )

    reason: Note | None = None


def language_of_mine(me: Person) -> Language:
    return "fr" if me.language == "fr" else "ar" if me.language == "ar" else "en"
