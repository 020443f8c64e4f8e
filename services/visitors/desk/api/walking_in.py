"""Whom nobody expected, over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from services.visitors.desk import commands
from services.visitors.desk.api.conditions import ConditionView
from services.visitors.surroundings import surroundings_of
from services.visitors.visits.api import language_of_mine
from services.visitors.visits.commands import Invitation
from services.visitors.visits.requests import MOST_ZONES, About, NewVisitor
from services.visitors.visits.views import VisitView, visit_view
from shared.web import Me, Now, Once, Session, etag_of

router = APIRouter(tags=["desk"])

LONGEST_MINUTES = 24 * 60


class NewWalkIn(About):
    """Who stands at the desk, and for whom: three fields are enough."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "visitor": {"given_name": "Camille", "family_name": "Durand"},
                "host_id": "0198c0de-0000-7000-8000-000000000002",
            }
        },
    )

    visitor: NewVisitor
    host_id: UUID
    minutes: Annotated[int, Field(ge=5, le=LONGEST_MINUTES)] = 60
    """How long the visit takes, from now on."""
    zone_ids: Annotated[tuple[UUID, ...], Field(max_length=MOST_ZONES)] | None = None


class WalkInView(BaseModel):
    """What became of it: checked in, waiting for a word, or with something still to be done."""

    visit: VisitView
    conditions: list[ConditionView]


@router.post("/desk/walk-ins", status_code=201, response_model=WalkInView)
async def receive_walk_in(
    body: NewWalkIn, session: Session, me: Me, now: Now, once: Once
) -> Response:
    """Receive somebody whom nobody expected, in one call, for the reception.

    They are checked in at once, and the host is told; unless the company wants the host or its
    admin to agree first (`pending_approval`: they are asked), or something is still to be done.
    """
    commands.must_be_at_the_desk(me)
    invitation = Invitation(
        visitor=body.visitor.details(),
        language=body.visitor.language or language_of_mine(me),
        host_id=body.host_id,
        starts_at=now,
        ends_at=now + timedelta(minutes=body.minutes),
        timezone=surroundings_of(session).timezone,
        zone_ids=body.zone_ids,
        more=body.more(),
    )

    async def work() -> tuple[BaseModel, str | None]:
        made = await commands.receive_walk_in(session, invitation, by=me, at=now)
        view = WalkInView(
            visit=visit_view(made.visit, made.visitor),
            conditions=[
                ConditionView(code=each.code, document_id=each.document_id)
                for each in made.conditions
            ],
        )
        return view, etag_of(made.visit.version)

    return await once(work)
