"""Controllers over HTTP, and `Device`: the controller that calls."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.security import APIKeyHeader
from pydantic import BaseModel, ConfigDict

from services.access.controllers import commands, store
from services.access.controllers.domain import Controller
from services.access.surroundings import surroundings_of
from shared.errors import NotSignedIn
from shared.identity.listed import Role
from shared.web import Line, Me, Now, Page, Session, page_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["controllers"])
device_key = APIKeyHeader(
    name="X-Device-Key", auto_error=False, description="A controller's key: `key_id.secret`."
)


class NoDeviceKey(NotSignedIn):
    """This is for door controllers: send a device key in X-Device-Key."""


async def device(
    session: Session, now: Now, key: Annotated[str | None, Depends(device_key)]
) -> UUID:
    """The controller that calls. Raises `NoDeviceKey`, `DeviceKeyNotAccepted`."""
    if key is None:
        raise NoDeviceKey
    return await commands.recognise(session, key, at=now)


Device = Annotated[UUID, Depends(device)]


class NewController(BaseModel):
    """A controller that is put up."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"example": {"code": "lobby-1"}},
    )

    code: Line
    name: Line | None = None


class ControllerView(BaseModel):
    """A controller, and how often its device was replaced."""

    model_config = ConfigDict(from_attributes=True)

    controller_id: UUID
    code: str
    name: str
    epoch: int


class ControllerWithKey(ControllerView):
    """The key is shown this once; only a digest of it is kept."""

    key: str


class NewKey(BaseModel):
    """The key is shown this once; only a digest of it is kept."""

    key: str


@router.post("/controllers", status_code=201)
async def list_controller(
    body: NewController, session: Session, me: Me, now: Now
) -> ControllerWithKey:
    """Put up a controller and get its key. Operators and facility managers."""
    controller = Controller(
        code=body.code, name=body.name or body.code, listed_at=now, epoch_began_at=now
    )
    key = await commands.list_controller(session, controller, by=me, at=now)
    return ControllerWithKey(key=key, **ControllerView.model_validate(controller).model_dump())


@router.get("/controllers")
async def controllers(
    session: Session,
    me: Me,
    asked: AskedPage,
    code: Annotated[str | None, Query(max_length=200)] = None,
) -> Page[ControllerView]:
    """The controllers of the park, for those who look after its doors."""
    me.must_have(Role.OPERATOR, Role.FACILITY_MANAGER, Role.SECURITY, Role.AUDITOR)
    bound_to = f"{me.person_id} controllers {code}"
    after = asked.after(bound_to=bound_to, types=(str,))
    rows = await store.controllers(
        session,
        code=code,
        after=after.key if after else None,
        limit=asked.limit + 1,
    )
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row.code,),
        view=ControllerView.model_validate,
    )


@router.post("/controllers/{controller_id}/keys", status_code=201)
async def give_new_key(controller_id: UUID, session: Session, me: Me, now: Now) -> NewKey:
    """Rotate the key. The old one counts on for a day (a setting), until the device is changed."""
    overlap = surroundings_of(session).key_overlap
    key = await commands.give_new_key(session, controller_id, by=me, at=now, overlap=overlap)
    return NewKey(key=key)


@router.post("/controllers/{controller_id}/epochs", status_code=201)
async def begin_epoch(controller_id: UUID, session: Session, me: Me, now: Now) -> ControllerView:
    """The device was replaced: from now on its reads are numbered in a new epoch."""
    controller = await commands.begin_epoch(session, controller_id, by=me, at=now)
    return ControllerView.model_validate(controller)
