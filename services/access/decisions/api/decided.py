"""Decisions, told of by controllers and looked at by security."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict

from services.access.controllers.api import Device
from services.access.decisions import commands, passages
from services.access.decisions.api.reads import Answer
from services.access.decisions.domain import IN_THE_FIELD, Outcome, Reason
from services.access.decisions.explanation import RULES, explain
from services.access.decisions.records import Decision
from services.access.journal.commands import scope_of
from services.access.journal.domain import JournalEntry, JournalParticulars
from shared.events.access import Evidence
from shared.web import ClockReading, Me, Now, Session
from shared.web.ground import ground_of
from shared.web.language import language_of

router = APIRouter()


class Told(BaseModel):
    """Whether somebody went through, by the door's contact."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"taken": True, "occurred_at": "2026-11-23T09:00:03Z"}},
    )

    taken: bool
    occurred_at: ClockReading


_OF_DECISION = (
    "controller_id",
    "epoch",
    "access_point_id",
    "evidence",
    "read_at",
    "occurred_at",
)
_OF_ENTRY = ("sequence", "door_id", "from_zone_id", "to_zone_id")
_OF_PARTICULARS = ("person_id", "visitor_id", "visit_id", "tenant_id", "badge_id")


class DecisionView(Answer):
    """A decision, with whom it was about and what became of it."""

    controller_id: UUID
    epoch: int
    sequence: int | None
    """Null for tenant admins: it counts what others did."""
    access_point_id: UUID
    door_id: UUID | None
    from_zone_id: UUID | None
    to_zone_id: UUID | None
    evidence: Evidence
    read_at: datetime
    taken: bool | None
    """Null: the door has not said."""
    occurred_at: datetime | None
    is_erased: bool
    person_id: UUID | None
    visitor_id: UUID | None
    visit_id: UUID | None
    tenant_id: UUID | None
    badge_id: UUID | None
    booking_ids: list[UUID]

    @classmethod
    def of(
        cls,
        decision: Decision,
        entry: JournalEntry,
        about: JournalParticulars | None,
        *,
        is_counted: bool,
    ) -> DecisionView:
        asked = {name: getattr(decision, name) for name in (*Answer.model_fields, *_OF_DECISION)}
        where = {name: getattr(entry, name) for name in _OF_ENTRY}
        where["sequence"] = entry.sequence if is_counted else None
        whom = {name: getattr(about, name, None) for name in _OF_PARTICULARS}
        return cls(
            **asked,
            **where,
            **whom,
            taken=decision.is_taken,
            is_erased=about is None,
            booking_ids=about.booking_ids if about else [],
        )


@router.post("/access-points/{access_point_id}/decisions/{decision_id}/outcome", status_code=204)
async def tell_outcome(
    access_point_id: UUID,
    decision_id: UUID,
    body: Told,
    session: Session,
    controller_id: Device,
    now: Now,
) -> Response:
    """Tell whether the granted way was taken. Telling it again does no harm."""
    await passages.tell_outcome(
        session,
        decision_id,
        access_point_id=access_point_id,
        controller_id=controller_id,
        is_taken=body.taken,
        occurred_at=body.occurred_at,
        at=now,
    )
    return Response(status_code=204)


@router.get("/decisions/{decision_id}")
async def decision(decision_id: UUID, session: Session, me: Me) -> DecisionView:
    """One decision: for security, auditors, operators; for tenant admins their own holders'."""
    found = await commands.decision_seen_by(session, decision_id, me=me)
    return DecisionView.of(*found, is_counted=scope_of(me) is None)


class ExplanationView(BaseModel):
    """A decision made anew from what was found at its time."""

    decision_id: UUID
    outcome: Outcome
    reason: Reason
    rule: str
    """The rule behind the reason, in the language of `Accept-Language`."""
    flags: list[str]
    is_the_same: bool
    """Whether that is what was answered; false would be a fault of ours."""
    policy_version: int | None
    """Null for tenant admins: it counts what others did."""
    bacnet_event: int
    """BACnetAccessEvent (ASHRAE 135)."""
    bacnet_name: str
    onvif_reason: str | None
    """ONVIF's `Reason` of a denial; null for a grant."""
    found: dict[str, Any]
    """What was decided by: the point, the holder's credential, their rights, where they stood."""


@router.get("/decisions/{decision_id}/explanation")
async def explanation(
    decision_id: UUID, request: Request, session: Session, me: Me
) -> ExplanationView:
    """Why it was decided so: decided once more, by the same rules from the same findings."""
    decision, _, about = await commands.decision_seen_by(session, decision_id, me=me)
    explained = explain(decision, about)
    reason = explained.verdict.reason
    language = language_of(request.headers.get("accept-language"))
    return ExplanationView(
        decision_id=decision_id,
        outcome=explained.verdict.outcome,
        reason=reason,
        rule=ground_of(request).catalogue.text(RULES[reason], language=language),
        flags=list(explained.verdict.flags),
        is_the_same=explained.is_the_same,
        policy_version=explained.policy_version if scope_of(me) is None else None,
        bacnet_event=IN_THE_FIELD[reason].bacnet,
        bacnet_name=IN_THE_FIELD[reason].bacnet_name,
        onvif_reason=IN_THE_FIELD[reason].onvif,
        found=explained.found if scope_of(me) is None else _without_pin(explained.found),
    )


def _without_pin(found: dict[str, Any]) -> dict[str, Any]:
    """A forced PIN alarms silently: security alone is told which PIN was entered."""
    return {**found, "pin": None}
