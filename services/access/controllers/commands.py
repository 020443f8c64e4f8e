"""What can be asked of controllers: list one, renew its key, begin an epoch, recognise it."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.controllers import store
from services.access.controllers.domain import Controller, ControllerCodeTaken
from shared.database import refuse_as
from shared.identity.devices import DeviceKeyNotAccepted, new_device_key, presented_key
from shared.identity.listed import Person, Role

MAY = (Role.OPERATOR, Role.FACILITY_MANAGER)


async def list_controller(
    session: AsyncSession, controller: Controller, *, by: Person, at: datetime
) -> str:
    """A controller is put up; its key, which is shown this once. Raises `ControllerCodeTaken`."""
    by.must_have(*MAY)
    key = new_device_key()
    with refuse_as({"controllers_code_key": ControllerCodeTaken}):
        session.add(controller)
        await session.flush()
    session.add(controller.add_key(key, at=at))
    return key.text


async def give_new_key(
    session: AsyncSession, controller_id: UUID, *, by: Person, at: datetime, overlap: timedelta
) -> str:
    """Another key; the old ones count for `overlap` and no longer. Raises `NoSuchController`."""
    by.must_have(*MAY)
    controller = await store.controller(session, controller_id)
    for old in await store.keys(session, controller_id):
        old.retire(at=at, overlap=overlap)
    key = new_device_key()
    session.add(controller.add_key(key, at=at))
    return key.text


async def begin_epoch(
    session: AsyncSession, controller_id: UUID, *, by: Person, at: datetime
) -> Controller:
    """The device was replaced: its numbers restart. Raises `NoSuchController`."""
    by.must_have(*MAY)
    controller = await store.controller(session, controller_id)
    controller.begin_epoch(at=at)
    return controller


async def recognise(session: AsyncSession, header: str, *, at: datetime) -> UUID:
    """Which controller presents this key. Raises `DeviceKeyNotAccepted`."""
    presented = presented_key(header)
    known = await store.key(session, presented.key_id)
    if known is None or not known.counts_at(at) or not presented.matches(known.secret_digest):
        raise DeviceKeyNotAccepted
    return known.controller_id
