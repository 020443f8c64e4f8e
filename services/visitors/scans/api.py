"""Scans over HTTP: one address for whatever the reader has seen."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.visitors.board.domain import NextAction
from services.visitors.desk.commands import must_be_at_the_desk
from services.visitors.scans.domain import ScanKind, WithoutVisit
from services.visitors.scans.mrz.names import Names, as_arabic
from services.visitors.scans.mrz.signs import LONGEST_SCAN
from services.visitors.scans.recognition import recognise
from services.visitors.search.api import day_of
from services.visitors.surroundings import surroundings_of
from services.visitors.visits.views import VisitView, visit_view
from shared.web import Me, Now, Session

router = APIRouter(tags=["desk"])


class Scan(BaseModel):
    """What the reader has seen, as it came."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "text": "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\n"
                "L898902C36UTO7408122F1204159ZE184226B<<<<<10"
            }
        },
    )

    text: Annotated[str, Field(min_length=1, max_length=LONGEST_SCAN)]


class Prefill(BaseModel):
    """The names in a document, to fill in a new visit with."""

    given_name: str
    family_name: str
    is_truncated: bool
    """Something may have been cut off."""


class ScanView(BaseModel):
    """What it was and what to do next."""

    kind: ScanKind
    next_action: NextAction | WithoutVisit
    visits: list[VisitView]
    """The visit; of a document, all of today whose visitor is called so."""
    prefill: Prefill | None
    """Only of a document."""


@router.post("/desk/scan")
async def scan(body: Scan, session: Session, me: Me, now: Now) -> ScanView:
    """Say what was scanned, whose visit it is, and the one thing to do next.

    A pass (its QR code), a desk code, or the machine-readable zone of a passport, identity card or
    visa. Nothing of it is kept: of a document only the names are answered, and nothing is changed.
    """
    must_be_at_the_desk(me)
    timezone = surroundings_of(session).timezone
    day = day_of(now, timezone=timezone)
    found = await recognise(session, body.text, day=day, seen_by=me, timezone=timezone)
    return ScanView(
        kind=found.kind,
        next_action=found.action,
        visits=[visit_view(*pair) for pair in found.visits],
        prefill=None if found.names is None else _prefill(found.names),
    )


def _prefill(names: Names) -> Prefill:
    return Prefill(
        given_name=_as_written(names.given),
        family_name=_as_written(names.family),
        is_truncated=names.is_truncated,
    )


def _as_written(name: str) -> str:
    """Documents print capitals, and Arabic letters by their table."""
    return as_arabic(name) or name.title()
