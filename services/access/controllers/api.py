"""Controllers over HTTP, and `Device`: the controller that calls."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Response
from fastapi.security import APIKeyHeader
from pydantic import BaseModel, ConfigDict

from services.access.controllers import commands, store
from services.access.controllers.domain import Controller
from services.access.surroundings import surroundings_of
from shared.errors import NotSignedIn
from shared.identity.listed import Role
from shared.web import IfMatch, Line, Me, Now, Once, Page, Session, etag_of, page_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["controllers"])
MAY_SEE = (Role.OPERATOR, Role.FACILITY_MANAGER, Role.SECURITY, Role.AUDITOR)
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


class KeyView(BaseModel):
    """A key that a controller was given: what its text begins with, and how long it counts."""

    model_config = ConfigDict(from_attributes=True)

    key_id: str
    made_at: datetime
    ends_at: datetime | None
    """From then on it counts for nothing; null: as long as no other is made."""
    revoked_at: datetime | None


KeyId = Annotated[str, Path(max_length=64, pattern="^[0-9a-f]+$")]


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
    me.must_have(*MAY_SEE)
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


@router.get("/controllers/{controller_id}/keys")
async def keys(
    controller_id: UUID, session: Session, me: Me, asked: AskedPage, response: Response
) -> Page[KeyView]:
    """The keys that a controller was ever given, the newest first, for those who look after the
    park's doors. `ETag` is that of them all."""
    me.must_have(*MAY_SEE)
    await store.controller(session, controller_id, lock=False)
    bound_to = f"{me.person_id} keys {controller_id}"
    after = asked.after(bound_to=bound_to, types=(datetime.fromisoformat, str))
    rows = await store.keys_to_show(
        session,
        controller_id,
        after=after.key if after else None,
        limit=asked.limit + 1,
    )
    response.headers["etag"] = etag_of(await store.version_of_keys(session, controller_id))
    return page_of(
        rows,
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (row.made_at, row.key_id),
        view=KeyView.model_validate,
    )


@router.post("/controllers/{controller_id}/keys", status_code=201)
async def give_new_key(
    controller_id: UUID, session: Session, me: Me, now: Now, if_match: IfMatch = None
) -> NewKey:
    """Rotate the key. The old one counts on for a day (a setting), until the device is changed; one
    that was replaced before keeps its end.

    The key is shown this once and never again, so a repeated request makes another one, whatever
    its `Idempotency-Key`; with the `ETag` of the keys as `If-Match` it is refused instead.
    """
    overlap = surroundings_of(session).key_overlap
    key = await commands.give_new_key(
        session, controller_id, if_match=if_match, by=me, at=now, overlap=overlap
    )
    return NewKey(key=key)


@router.post("/controllers/{controller_id}/keys/{key_id}/revoke", response_model=KeyView)
async def revoke_key(
    controller_id: UUID, key_id: KeyId, session: Session, me: Me, now: Now, once: Once
) -> Response:
    """End a key that may be in wrong hands: with this answer it counts for nothing. `key_id` is
    what stands before the dot. Operators, facility managers and security.

    A device that has no other key decides by itself until it is given one.
    """

    async def revoke() -> tuple[BaseModel, None]:
        key = await commands.revoke_key(session, controller_id, key_id, by=me, at=now)
        return KeyView.model_validate(key), None

    return await once(revoke, status=200)


@router.post("/controllers/{controller_id}/epochs", status_code=201, response_model=ControllerView)
async def begin_epoch(
    controller_id: UUID, session: Session, me: Me, now: Now, once: Once
) -> Response:
    """The device was replaced: from now on its reads are numbered in a new epoch."""

    async def begin() -> tuple[BaseModel, None]:
        controller = await commands.begin_epoch(session, controller_id, by=me, at=now)
        return ControllerView.model_validate(controller), None

    return await once(begin)
