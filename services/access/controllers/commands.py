"""What can be asked of controllers: list one, renew or revoke a key, begin an epoch, recognise
one by its key.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.controllers import store
from services.access.controllers.domain import Controller, ControllerCodeTaken, ControllerKey
from services.access.journal.commands import journal_act
from shared.database import refuse_as
from shared.identity.devices import DeviceKeyNotAccepted, new_device_key, presented_key
from shared.identity.listed import Person, Role
from shared.web.entities import must_match

MAY = (Role.OPERATOR, Role.FACILITY_MANAGER)
MAY_REVOKE = (*MAY, Role.SECURITY)


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
    verb = "controller_listed"
    await _note(session, verb, controller.controller_id, by=by, at=at, key_id=key.key_id)
    return key.text


async def give_new_key(
    session: AsyncSession,
    controller_id: UUID,
    *,
    if_match: str | None,
    by: Person,
    at: datetime,
    overlap: timedelta,
) -> str:
    """Another key; the old ones count for `overlap` and no longer.

    Raises `NoSuchController`, `ChangedSinceYouRead`.
    """
    by.must_have(*MAY)
    controller = await store.controller(session, controller_id)
    must_match(if_match, version=await store.version_of_keys(session, controller_id))
    for old in await store.keys(session, controller_id):
        old.retire(at=at, overlap=overlap)
    key = new_device_key()
    session.add(controller.add_key(key, at=at))
    await _note(session, "controller_key_given", controller_id, by=by, at=at, key_id=key.key_id)
    return key.text


async def revoke_key(
    session: AsyncSession, controller_id: UUID, key_id: str, *, by: Person, at: datetime
) -> ControllerKey:
    """It counts for nothing from the very next request on, the last one as well.

    Raises `NoSuchController`, `NoSuchControllerKey`, `ControllerKeyHasEnded`.
    """
    by.must_have(*MAY_REVOKE)
    await store.controller(session, controller_id)
    key = await store.key_of_controller(session, controller_id, key_id)
    key.revoke(at=at)
    await _note(session, "controller_key_revoked", controller_id, by=by, at=at, key_id=key_id)
    return key


async def begin_epoch(
    session: AsyncSession, controller_id: UUID, *, by: Person, at: datetime
) -> Controller:
    """The device was replaced: its numbers restart. Raises `NoSuchController`."""
    by.must_have(*MAY)
    controller = await store.controller(session, controller_id)
    controller.begin_epoch(at=at)
    verb, epoch = "controller_epoch_begun", controller.epoch
    await _note(session, verb, controller_id, by=by, at=at, epoch=epoch)
    return controller


async def recognise(session: AsyncSession, header: str, *, at: datetime) -> UUID:
    """Which controller presents this key. Raises `DeviceKeyNotAccepted`."""
    presented = presented_key(header)
    known = await store.key(session, presented.key_id)
    if known is None or not known.counts_at(at) or not presented.matches(known.secret_digest):
        raise DeviceKeyNotAccepted
    return known.controller_id


async def _note(
    session: AsyncSession,
    verb: str,
    controller_id: UUID,
    *,
    by: Person,
    at: datetime,
    **details: str | int,
) -> None:
    await journal_act(session, verb, by=by, at=at, controller_id=controller_id, details=details)
