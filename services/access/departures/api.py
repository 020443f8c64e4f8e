"""Leaving over HTTP: of a person, of a company, and what has become of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from services.access.departures import commands, store
from services.access.departures.domain import answers_of
from shared.events.directory import DelistingReason
from shared.web import Me, Now, Session

router = APIRouter(tags=["directory"])


class Leaving(BaseModel):
    """Why somebody leaves, and who takes over what they had."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"reason": "left", "successor_id": "0198c0de-0000-7000-8000-000000000002"}
        },
    )

    reason: DelistingReason = DelistingReason.LEFT
    successor_id: UUID | None = None


class AnswerView(BaseModel):
    """What one service has done about the leaver; null where it has not answered yet."""

    model_config = ConfigDict(from_attributes=True)

    service: str
    answered_at: datetime | None
    counts: dict[str, int] | None


class DepartureView(BaseModel):
    """Somebody who has left, and what each service says of it."""

    person_id: UUID
    tenant_id: UUID
    delisted_at: datetime
    reason: DelistingReason
    successor_id: UUID | None
    is_complete: bool
    """Whether every service has answered."""
    answers: list[AnswerView]


@router.post("/people/{person_id}/delist", status_code=204)
async def delist_person(
    person_id: UUID, body: Leaving, session: Session, me: Me, now: Now
) -> Response:
    """Somebody leaves: badges and accounts are dead for the very next decision."""
    await commands.delist_person(
        session, person_id, reason=body.reason, successor_id=body.successor_id, by=me, at=now
    )
    return Response(status_code=204)


@router.get("/people/{person_id}/departure")
async def departure(person_id: UUID, session: Session, me: Me) -> DepartureView:
    """What has become of what a leaver had; for operators, security, auditors, their own admin."""
    leaver = await store.leaver(session, person_id, seen_by=me)
    assert leaver.delisted_at is not None
    assert leaver.delisting_reason is not None
    answers = answers_of(await store.answers(session, person_id))
    return DepartureView(
        person_id=person_id,
        tenant_id=leaver.tenant_id,
        delisted_at=leaver.delisted_at,
        reason=DelistingReason(leaver.delisting_reason),
        successor_id=leaver.successor_id,
        is_complete=all(each.answered_at is not None for each in answers),
        answers=[AnswerView.model_validate(each) for each in answers],
    )


@router.post("/tenants/{tenant_id}/delist", status_code=204)
async def delist_tenant(tenant_id: UUID, session: Session, me: Me, now: Now) -> Response:
    """A company moves out: its people are refused at once, its zones are the landlord's. Operators
    only.
    """
    await commands.delist_tenant(session, tenant_id, by=me, at=now)
    return Response(status_code=204)
