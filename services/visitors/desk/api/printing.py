"""Many badges at once, over HTTP."""

from __future__ import annotations

from base64 import b64encode
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.visitors.badges.api import ThePress
from services.visitors.badges.commands import note_printed, supplies_for
from services.visitors.badges.domain import Badge
from services.visitors.desk import commands
from services.visitors.desk.api.together import MOST_AT_ONCE, OutcomeView, Said
from services.visitors.desk.commands import Done, Refused
from services.visitors.visits.store import NoSuchVisit, visits_of_ids
from shared.errors import Refusal
from shared.web import Me, Now, Once, Session
from shared.web.ground import ground_of

router = APIRouter(tags=["desk"])


class WantedBadges(BaseModel):
    """Whose badges are printed, in that order."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"visit_ids": ["0198c0de-0000-7000-8000-000000000011"]}},
    )

    visit_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_AT_ONCE)]
    is_noted: bool = True
    """Whether they count as printed from now on."""


class PrintedBadges(BaseModel):
    """The badges in one PDF, a page each; and an outcome for each visit."""

    items: list[OutcomeView]
    pdf: str | None
    """In base64 (RFC 4648); None where none can be printed."""


@router.post("/desk/badges", response_model=PrintedBadges)
async def print_badges(
    body: WantedBadges,
    request: Request,
    session: Session,
    me: Me,
    now: Now,
    once: Once,
    press: ThePress,
) -> Response:
    """Print up to 200 badges at once, for the reception: one PDF, a page of 62 × 100 mm each.

    Visits that have none (not approved, over, revoked) say why and hold up no other.
    """
    commands.must_be_at_the_desk(me)
    ground = ground_of(request)
    said = Said(ground.catalogue, request.headers.get("accept-language"))

    async def work() -> tuple[BaseModel, str | None]:
        found = await visits_of_ids(session, body.visit_ids, seen_by=me)
        visits = [visit for visit, _ in found.values()]
        supplies = await supplies_for(session, visits, catalogue=ground.catalogue)
        outcomes: list[Done | Refused] = []
        badges: list[Badge] = []
        for visit_id in dict.fromkeys(body.visit_ids):
            try:
                if visit_id not in found:
                    raise NoSuchVisit
                badges.append(supplies.badge(*found[visit_id]))
            except Refusal as refusal:
                outcomes.append(Refused(visit_id, refusal))
                continue
            if body.is_noted:
                note_printed(found[visit_id][0], at=now)
            outcomes.append(Done(*found[visit_id]))
        pdf = b64encode(await press.print(badges)).decode() if badges else None
        return PrintedBadges(items=[said.of(each) for each in outcomes], pdf=pdf), None

    return await once(work, status=200)
