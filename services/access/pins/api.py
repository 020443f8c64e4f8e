"""PINs over HTTP. What is typed goes in, and never comes out again."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from services.access.pins import commands
from shared.web import Me, Now, Session

router = APIRouter(tags=["credentials"])


def _digits(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not (text.isascii() and text.isdigit()):
        raise ValueError("digits only")
    return value


Digits = Annotated[SecretStr, Field(min_length=4, max_length=8), AfterValidator(_digits)]


class NewPin(BaseModel):
    """Four to eight digits; no repeated ones, no runs. The duress PIN opens as well, and calls
    security silently; it must not be one slip away from the other.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"pin": "58203947", "duress_pin": "7164"}},
    )

    pin: Digits
    duress_pin: Digits | None = None


class PinView(BaseModel):
    """Whether somebody has a PIN, and its state."""

    is_set: bool
    is_locked: bool
    set_at: datetime | None


@router.put("/people/{person_id}/pin", status_code=204)
async def set_pin(person_id: UUID, body: NewPin, session: Session, me: Me, now: Now) -> Response:
    """Set your own PIN and, if you wish, a duress PIN; both replace what was there."""
    duress_pin = None if body.duress_pin is None else body.duress_pin.get_secret_value()
    await commands.set_pin(
        session,
        person_id,
        pin=body.pin.get_secret_value(),
        duress_pin=duress_pin,
        by=me,
        at=now,
    )
    return Response(status_code=204)


@router.get("/people/{person_id}/pin")
async def pin(person_id: UUID, session: Session, me: Me) -> PinView:
    """Whether there is a PIN and whether it is locked: your own, or of people you look after."""
    found = await commands.pin_of(session, person_id, seen_by=me)
    return PinView(
        is_set=found is not None,
        is_locked=found is not None and found.locked_at is not None,
        set_at=found.set_at if found else None,
    )


@router.delete("/people/{person_id}/pin", status_code=204)
async def reset_pin(person_id: UUID, session: Session, me: Me, now: Now) -> Response:
    """Delete a PIN that was forgotten or locked; its holder sets another. Security, operators, and
    tenant admins for their own people.
    """
    await commands.reset_pin(session, person_id, by=me, at=now)
    return Response(status_code=204)


@router.post("/people/{person_id}/pin/unlock", status_code=204)
async def unlock_pin(person_id: UUID, session: Session, me: Me, now: Now) -> Response:
    """Let a PIN that three wrong entries have locked open again."""
    await commands.unlock_pin(session, person_id, by=me, at=now)
    return Response(status_code=204)
