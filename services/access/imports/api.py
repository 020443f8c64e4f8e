"""Imports over HTTP: the file is the body."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel

from services.access.imports import commands
from services.access.imports.commands import Outcome, Wanted
from services.access.imports.domain import MOST_BYTES, Fault, FileRefused, FileTooLarge
from shared.web import Me, Now, Session, WhoeverSignsIn
from shared.web.ground import ground_of
from shared.web.language import language_of
from shared.web.problems import problem

router = APIRouter(tags=["directory"])

PEOPLE_FILES = "/v1/people/imports"

MOST_FAULTS = 1000
"""As many errors are shown; all are counted."""

EXAMPLE = """email;given_name;family_name;phone;language;tenant;external_id;leaves
salma@atlas.example;Salma;Idrissi;+212 522 00 00 00;ar;Atlas Software;4711;
omar@atlas.example;Omar;Bennani;;fr;Atlas Software;4712;yes
"""
CSV = {
    "required": True,
    "content": {"text/csv": {"schema": {"type": "string"}, "example": EXAMPLE}},
}


class FaultView(BaseModel):
    """What is wrong with a line, in the language of `Accept-Language`."""

    line: int
    """On which the record begins, counted from 1 with the header."""
    column: str | None
    code: str
    detail: str


class ImportView(BaseModel):
    """What an import did; of a dry run, what it would do."""

    is_done: bool
    new: int
    changed: int
    unchanged: int
    left: int
    fault_count: int
    faults: list[FaultView]


async def _file(request: Request, signed: WhoeverSignsIn) -> bytes:
    """The body, read before a connection to the database is taken. Raises `FileTooLarge`."""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > MOST_BYTES:
            raise FileTooLarge
    return bytes(data)


File = Annotated[bytes, Depends(_file)]


@router.post("/people/imports", response_model=ImportView, openapi_extra={"requestBody": CSV})
async def import_people(
    file: File,
    request: Request,
    session: Session,
    me: Me,
    now: Now,
    dry_run: Annotated[bool, Query(description="Say what would happen; change nothing.")] = False,
    skip_bad: Annotated[bool, Query(description="Import what is right, leave the rest.")] = False,
) -> ImportView | Response:
    """Import people from CSV (UTF-8; `;`, `,` or tab; at most 8 MiB and 25,000 rows): operators for
    any company, tenant admins for their own.

    Columns: email, given_name, family_name, and perhaps phone, language, tenant (name or id),
    external_id (the company's own number: it finds a person whose address has changed), leaves
    (yes: the person is delisted). An empty cell changes nothing; who is not in the file stays. One
    error stops all, unless `skip_bad`. The same file again changes nothing.
    """
    wanted = Wanted(is_dry_run=dry_run, skips_bad=skip_bad)
    outcome = await commands.import_people(session, file, wanted, by=me, at=now)
    faults = _shown(request, outcome.faults[:MOST_FAULTS])
    if outcome.faults and not (outcome.is_done or dry_run):
        return problem(
            request,
            FileRefused(count=len(outcome.faults)),
            status=422,
            errors=[_error(each) for each in faults],
        )
    return _view(outcome, faults)


def _shown(request: Request, faults: list[Fault]) -> list[FaultView]:
    language = language_of(request.headers.get("accept-language"))
    catalogue = ground_of(request).catalogue
    return [
        FaultView(
            line=fault.line,
            column=fault.column,
            code=fault.refusal.code,
            detail=catalogue.said(fault.refusal, language=language),
        )
        for fault in faults
    ]


def _error(fault: FaultView) -> dict[str, str]:
    return {
        "pointer": f"{fault.line}/{fault.column or ''}".rstrip("/"),
        "code": fault.code,
        "detail": fault.detail,
    }


def _view(outcome: Outcome, faults: list[FaultView]) -> ImportView:
    return ImportView(
        is_done=outcome.is_done,
        new=outcome.new,
        changed=outcome.changed,
        unchanged=outcome.unchanged,
        left=outcome.left,
        fault_count=len(outcome.faults),
        faults=faults,
    )
