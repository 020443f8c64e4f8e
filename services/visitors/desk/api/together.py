"""Many visits at once, over HTTP."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.visitors.desk import commands
from services.visitors.desk.commands import Done, Refused
from services.visitors.visits.domain import By, Step
from shared.events.visits import How, VisitStatus
from shared.web import Me, Note, Now, Once, Session
from shared.web.ground import ground_of
from shared.web.language import Catalogue, language_of

router = APIRouter(tags=["desk"])

MOST_AT_ONCE = 200


class Together(StrEnum):
    """What can be done with many at once."""

    CHECK_IN = "check_in"
    UNDO_CHECK_IN = "undo_check_in"
    CHECK_OUT = "check_out"
    UNDO_CHECK_OUT = "undo_check_out"


class NewBatch(BaseModel):
    """Which visits take which step."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "action": "check_in",
                "visit_ids": ["0198c0de-0000-7000-8000-000000000011"],
            }
        },
    )

    action: Together
    visit_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_AT_ONCE)]
    reason: Note | None = None


class OutcomeView(BaseModel):
    """What became of one of them."""

    visit_id: UUID
    is_done: bool
    status: VisitStatus | None
    """After the step; None where it was refused."""
    version: int | None
    code: str | None
    """Why it was refused, as the single call says it."""
    detail: str | None


class Outcomes(BaseModel):
    """An outcome for each visit, in the order in which they were named."""

    items: list[OutcomeView]
    done: int
    refused: int


@router.post("/desk/batch", response_model=Outcomes)
async def take_together(
    body: NewBatch, request: Request, session: Session, me: Me, now: Now, once: Once
) -> Response:
    """Check in or out at once up to 200 visitors, or undo it, for the reception.

    What can be done is done; what is refused says why and changes nothing of the others.
    """
    commands.must_be_at_the_desk(me)
    by = By(at=now, how=How.DESK, person_id=me.person_id, reason=body.reason)
    said = Said(ground_of(request).catalogue, request.headers.get("accept-language"))

    async def work() -> tuple[BaseModel, str | None]:
        step = Step(body.action.value)
        ids = body.visit_ids
        outcomes = await commands.take_together(session, ids, step, by=by, asked_by=me)
        items = [said.of(each) for each in outcomes]
        done = sum(each.is_done for each in items)
        return Outcomes(items=items, done=done, refused=len(items) - done), None

    return await once(work, status=200)


class Said:
    """Outcomes in the caller's language."""

    def __init__(self, catalogue: Catalogue, wanted: str | None) -> None:
        self._catalogue, self._language = catalogue, language_of(wanted)

    def of(self, outcome: Done | Refused) -> OutcomeView:
        if isinstance(outcome, Done):
            visit = outcome.visit
            return OutcomeView(
                visit_id=visit.id,
                is_done=True,
                status=visit.status,
                version=visit.version,
                code=None,
                detail=None,
            )
        return OutcomeView(
            visit_id=outcome.visit_id,
            is_done=False,
            status=None,
            version=None,
            code=outcome.why.code,
            detail=self._catalogue.said(outcome.why, language=self._language),
        )
