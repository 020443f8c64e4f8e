"""The pages behind the links of mails: GET shows, POST does, for whoever follows the link.

One rule: showing changes nothing, since programs follow the links of mails too; a refusal is a page
with its sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, Path, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute

from services.visitors.answers import commands, showing
from services.visitors.answers.commands import LATE_MINUTES, Asked, AskedTooOften
from services.visitors.answers.pace import Pace
from services.visitors.answers.page import Page, paragraph
from services.visitors.links.domain import NoSuchLink, Purpose
from shared.errors import Malformed, Refusal
from shared.web import Now, Session
from shared.web.ground import ground_of
from shared.web.language import language_of
from shared.web.problems import status_of

LONGEST_FORM = 1000
"""Bytes."""


class ChooseLateness(Malformed):
    """Choose how late you will be."""


class ChooseTimes(Malformed):
    """Choose the day and the time at which the visit begins and ends."""


class PageRoute(APIRoute):
    """Answers refusals as pages, after the transaction is undone."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def page_or_refusal(request: Request) -> Response:
            try:
                return await answer(request)
            except Refusal as refusal:
                return _refused(request, refusal)
            except RequestValidationError:
                return _refused(request, NoSuchLink())

        return page_or_refusal


router = APIRouter(tags=["links"], route_class=PageRoute)

Token = Annotated[str, Path(min_length=1, max_length=200)]


async def _pace(request: Request) -> Pace:
    pace: Pace = request.app.state.pace
    return pace


async def _shown(
    token: Token, session: Session, now: Now, pace: Annotated[Pace, Depends(_pace)]
) -> Asked:
    return _paced(await commands.asked_by(session, token, at=now), token, pace, at=now)


async def _to_do(
    token: Token, session: Session, now: Now, pace: Annotated[Pace, Depends(_pace)]
) -> Asked:
    return _paced(await commands.asked_by(session, token, at=now, lock=True), token, pace, at=now)


def _paced(asked: Asked, token: str, pace: Pace, *, at: datetime) -> Asked:
    if not pace.allows(token, at=at):
        raise AskedTooOften
    return asked


Shown = Annotated[Asked, Depends(_shown, scope="function")]
ToDo = Annotated[Asked, Depends(_to_do, scope="function")]
"""The same, locked."""
FORM = {
    "requestBody": {
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "decision": {"type": "string", "enum": ["approve", "refuse"]},
                        "minutes": {"type": "integer", "enum": list(LATE_MINUTES)},
                        "starts": {"type": "string", "description": "Local date and time."},
                        "ends": {"type": "string", "description": "Local date and time."},
                    },
                },
                "example": {"minutes": 15},
            }
        }
    }
}


@router.get("/links/{token}", response_class=HTMLResponse)
async def show_link(asked: Shown, session: Session, request: Request) -> Response:
    """What the link of a mail is for, as a page: to say that one is late or not coming, to show the
    pass, to move the visit, to decide whether it may be. It changes nothing. No sign-in; a link
    that is not valid, or not any more, is a page with status 404.
    """
    words = await showing.words_for(session, asked, catalogue=ground_of(request).catalogue)
    return showing.question(session, asked, words).answer()


@router.post("/links/{token}", response_class=HTMLResponse, openapi_extra=FORM)
async def follow_link(asked: ToDo, session: Session, request: Request, now: Now) -> Response:
    """Do what the page of the link asks: `minutes` by which one is late, nothing for who is not
    coming, `starts` and `ends` (on the clock of the visit's place) of a visit to be moved,
    `decision` of the host whose word it waits for.
    """
    sent = await _sent(request)
    match asked.link.purpose:
        case Purpose.SAY_LATE:
            await commands.say_late(session, asked, minutes=_minutes(sent), at=now)
        case Purpose.SAY_NOT_COMING:
            await commands.say_not_coming(session, asked, at=now)
        case Purpose.MOVE:
            starts, ends = _wall(sent, "starts"), _wall(sent, "ends")
            await commands.move_visit(session, asked, starts=starts, ends=ends, at=now)
        case Purpose.COMING:
            await commands.say_coming(session, asked, at=now)
        case Purpose.DECIDE:
            await commands.decide(session, asked, decision=sent.get("decision", ""), at=now)
        case Purpose.SHOW_PASS | Purpose.SHOW_REQUEST:
            pass  # there is nothing to do
    words = await showing.words_for(session, asked, catalogue=ground_of(request).catalogue)
    return showing.thanks(session, asked, words).answer()


async def _sent(request: Request) -> dict[str, str]:
    body = (await request.body())[:LONGEST_FORM].decode("ascii", "replace")
    try:
        return {name: values[-1] for name, values in parse_qs(body, max_num_fields=10).items()}
    except ValueError:
        return {}


def _minutes(sent: dict[str, str]) -> int:
    chosen = {str(minutes): minutes for minutes in LATE_MINUTES}.get(sent.get("minutes", ""))
    if chosen is None:
        raise ChooseLateness
    return chosen


def _wall(sent: dict[str, str], name: str) -> datetime:
    try:
        chosen = datetime.fromisoformat(sent.get(name, ""))
    except ValueError:
        raise ChooseTimes from None
    if chosen.tzinfo is not None or not 2000 <= chosen.year < 2100:
        raise ChooseTimes
    return chosen


def _refused(request: Request, refusal: Refusal) -> Response:
    """A sentence, in the language that the reader's browser asks for."""
    language = language_of(request.headers.get("accept-language"))
    catalogue = ground_of(request).catalogue
    status = 429 if isinstance(refusal, AskedTooOften) else status_of(refusal)
    title = catalogue.text("This cannot be done.", language=language)
    said = paragraph("{sentence}", sentence=catalogue.said(refusal, language=language))
    answer = Page(language, showing.SENDER, title, said).answer(status=status)
    if status in {429, 503}:
        answer.headers["retry-after"] = "60"
    return answer
