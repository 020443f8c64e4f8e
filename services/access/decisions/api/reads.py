"""Reads at doors, asked by controllers: the one route that is asked all the time."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.types import ASGIApp, Receive, Scope, Send

from services.access.controllers.api import NoDeviceKey, device_key
from services.access.decisions.domain import Outcome, Question, Read, Reason
from services.access.decisions.writer import Writer
from shared.errors import Refusal
from shared.web import ClockReading
from shared.web.problems import problem_of


class CardRead(BaseModel):
    """The raw bits as a Wiegand reader sends them, first bit first."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["card"]
    bits: str = Field(max_length=4096, examples=["10100110100010010011001111"])
    pin: str | None = Field(default=None, max_length=32, repr=False, examples=["7294"])
    """What was entered beside the card, where the door asks for a PIN. It is kept nowhere."""

    def read(self) -> Read:
        return Read.of_card(self.bits, self.pin)


class QrRead(BaseModel):
    """The text of a QR code. It is hashed at once, and kept nowhere."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["qr"]
    text: str = Field(max_length=4096)

    def read(self) -> Read:
        return Read.of_qr(self.text)


class NewRead(BaseModel):
    """A read, numbered by the controller: (controller, epoch, sequence) is used once."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "epoch": 1,
                "sequence": 4712,
                "read_at": "2026-11-23T09:00:00Z",
                "read": {"kind": "card", "bits": "10100110100010010011001111"},
            }
        },
    )

    epoch: int = Field(ge=1, le=2**31 - 1)
    sequence: int = Field(ge=0, le=2**63 - 1)
    read_at: ClockReading
    read: Annotated[CardRead | QrRead, Field(discriminator="kind")]


_NEW_READ = TypeAdapter(NewRead)


class Answer(BaseModel):
    """What the door does: `strike_ms` says for how long its lock is released."""

    model_config = ConfigDict(from_attributes=True)

    decision_id: UUID
    outcome: Outcome
    reason: Reason
    flags: list[str]
    strike_ms: int
    open_ms: int
    """For how long the door may stand open before it is reported."""
    decided_at: datetime


class AskedOften(APIRoute):
    """The one route that every read at a door takes: described as all are, answered directly.

    What FastAPI does for an endpoint costs more than a decision itself; here the body is read by
    the same model, and the rest is the writer's.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        return answer_read


asked_often = APIRouter(route_class=AskedOften)


class ReadsFirst:
    """ASGI middleware: a read at a door is answered before any route is looked for.

    What it answers, and how it refuses, is the route's own; anything else goes on to the routes.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        access_point_id = _access_point_of(scope)
        if access_point_id is None:
            await self._app(scope, receive, send)
            return
        scope["route"] = _THE_ROUTE
        scope["path_params"] = {"access_point_id": access_point_id}
        request = Request(scope, receive)
        try:
            answer = await answer_read(request)
        except (Refusal, RequestValidationError) as error:
            answer = problem_of(request, error)
        await answer(scope, receive, send)


_BEFORE, _AFTER = "/v1/access-points/", "/decisions"


def _access_point_of(scope: Scope) -> str | None:
    """The id in the path, where this is a read at a door."""
    if scope["type"] != "http" or scope["method"] != "POST":
        return None
    path: str = scope["path"].removeprefix(scope.get("root_path", ""))
    if not (path.startswith(_BEFORE) and path.endswith(_AFTER)):
        return None
    between = path[len(_BEFORE) : -len(_AFTER)]
    return None if "/" in between else between


async def answer_read(request: Request) -> Response:
    key = request.headers.get("x-device-key")
    if key is None:
        raise NoDeviceKey
    question = _question(request.path_params["access_point_id"], await request.body())
    writer: Writer = request.app.state.writer
    answer = await writer.decide(question, key=key)
    return Response(orjson.dumps(answer, default=str), media_type="application/json")


def _question(access_point_id: str, body: bytes) -> Question:
    """Raises `RequestValidationError` like any other route."""
    try:
        point = UUID(access_point_id)
    except ValueError:
        where = ("path", "access_point_id")
        raise RequestValidationError([{"loc": where, "type": "uuid_parsing"}]) from None
    try:
        new = _NEW_READ.validate_json(body)
    except ValidationError as error:
        wrong = [{**each, "loc": ("body", *each["loc"])} for each in error.errors()]
        raise RequestValidationError(wrong) from None
    return Question(point, new.epoch, new.sequence, new.read_at, new.read.read())


@asked_often.post("/access-points/{access_point_id}/decisions", dependencies=[Depends(device_key)])
async def decide(access_point_id: UUID, body: NewRead) -> Answer:
    """May this read pass here? One outcome, exactly one coded reason.

    Asked again within 10 s with the same body, the answer is the same; later, or with another body,
    409 `sequence_used`. A way out is granted whatever objects, a used number included; `flags` say
    what did.
    """
    raise AssertionError("answered by `AskedOften`")


(_THE_ROUTE,) = asked_often.routes
