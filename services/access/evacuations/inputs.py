"""Inputs of controllers over HTTP: a fire panel's contact evacuates a zone."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from services.access.controllers.api import Device
from services.access.evacuations import commands
from services.access.evacuations.domain import ControllerInput, seen_at
from shared.web import ClockReading, IfMatch, Me, Now, Session, etag_of, must_match

router = APIRouter(tags=["evacuations"])

InputCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._ -]{0,63}$")]


class InputSeen(BaseModel):
    """What a controller saw at one of its inputs."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "input": "fire-panel",
                "active": True,
                "occurred_at": "2026-11-23T09:00:00Z",
                "sent_at": "2026-11-23T09:00:00Z",
            }
        },
    )

    input: InputCode
    active: bool
    occurred_at: ClockReading
    sent_at: ClockReading | None = None
    """By the same clock: with it, a wrong clock does no harm."""


class InputHeard(BaseModel):
    """The evacuation of the input's zone that stands, if any."""

    evacuation_id: UUID | None


class InputsBody(BaseModel):
    """The inputs of a controller: code -> the zone that it evacuates."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"inputs": {"fire-panel": "0198c0de-0000-7000-8000-000000000003"}}
        },
    )

    inputs: Annotated[dict[InputCode, UUID], Field(max_length=64)]


@router.post("/controllers/me/inputs")
async def hear_input(body: InputSeen, session: Session, device: Device, now: Now) -> InputHeard:
    """Tell of a contact: an active one evacuates its zone; an inactive one ends nothing.

    Told again or late it does no harm: what a person has ended since stays ended.
    """
    evacuation = await commands.hear_input(
        session,
        device,
        body.input,
        is_active=body.active,
        seen_at=seen_at(body.occurred_at, sent_at=body.sent_at, received_at=now),
        at=now,
    )
    return InputHeard(evacuation_id=None if evacuation is None else evacuation.evacuation_id)


@router.get("/controllers/{controller_id}/inputs")
async def inputs(controller_id: UUID, session: Session, me: Me, response: Response) -> InputsBody:
    """Which zones the inputs of a controller evacuate."""
    me.must_have(*commands.MAY_SEE)
    return _shown(await commands.inputs(session, controller_id), response)


@router.put("/controllers/{controller_id}/inputs")
async def set_inputs(
    controller_id: UUID,
    body: InputsBody,
    session: Session,
    me: Me,
    now: Now,
    response: Response,
    if_match: IfMatch = None,
) -> InputsBody:
    """Say which inputs a controller has, all of them. Operators and facility managers."""
    me.must_have(*commands.MAY_CONFIGURE)
    known = await commands.inputs(session, controller_id, lock=True)
    must_match(if_match, version=_version(known))
    set_now = await commands.set_inputs(session, controller_id, body.inputs, by=me, at=now)
    return _shown(set_now, response)


def _shown(inputs: Sequence[ControllerInput], response: Response) -> InputsBody:
    response.headers["etag"] = etag_of(_version(inputs))
    return InputsBody(inputs={each.code: each.zone_id for each in inputs})


def _version(inputs: Sequence[ControllerInput]) -> str:
    told = " ".join(f"{each.code}={each.zone_id}" for each in inputs)
    return sha256(told.encode()).hexdigest()[:16]
