"""What can be asked of evacuations: start one, end one, hear an input, configure inputs.

Whoever starts one locks the zone first, so that of many at once one starts it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.controllers import store as controllers
from services.access.directory.commands import must_be_known
from services.access.evacuations import store
from services.access.evacuations.domain import (
    AlreadyEvacuated,
    ControllerInput,
    Evacuation,
)
from services.access.journal.commands import journal_act
from services.access.premises import store as premises
from services.access.premises.domain import NoSuchZone, ZoneIsGone
from shared.database import refuse_as
from shared.identity.listed import Person, Role
from shared.messaging.outbox import announce

MAY = (Role.SECURITY, Role.OPERATOR)
MAY_SEE = (*MAY, Role.AUDITOR, Role.FACILITY_MANAGER)
MAY_CONFIGURE = (Role.OPERATOR, Role.FACILITY_MANAGER)


async def start_evacuation(session: AsyncSession, evacuation: Evacuation, *, by: Person) -> None:
    """Doors are released from the very next decision.

    Raises `NoSuchZone`, `ZoneIsGone`, `NoSuchPerson`, `AlreadyEvacuated`.
    """
    await must_be_known(session, [evacuation.on_behalf_of])
    zone = await premises.locked_zone(session, evacuation.zone_id)
    if not zone.is_listed:
        raise ZoneIsGone
    latest = await store.latest(session, zone.zone_id)
    if latest is not None and latest.ended_at is None:
        raise AlreadyEvacuated
    await _start(session, evacuation, by=by)


async def hear_input(
    session: AsyncSession,
    controller_id: UUID,
    code: str,
    *,
    is_active: bool,
    seen_at: datetime,
    at: datetime,
) -> Evacuation | None:
    """A contact was seen to be active, or not; the evacuation of its zone that stands.

    An active one starts it, unless that was before somebody ended the last one. An inactive one
    ends nothing. Raises `NoSuchInput`.
    """
    known = await store.controller_input(session, controller_id, code)
    await premises.locked_zone(session, known.zone_id)
    is_news = known.see(is_active=is_active, at=seen_at)
    latest = await store.latest(session, known.zone_id)
    if is_active and (latest is None or not latest.covers(seen_at)):
        latest = Evacuation(
            zone_id=known.zone_id, started_at=at, controller_id=controller_id, input=code
        )
        await _start(session, latest, by=None)
    elif is_news:
        await _tell_of_input(session, known, at=at)
    return None if latest is None or latest.ended_at is not None else latest


async def _start(session: AsyncSession, evacuation: Evacuation, *, by: Person | None) -> None:
    with refuse_as({"evacuations_standing_key": AlreadyEvacuated}):
        session.add(evacuation)
        await session.flush()
    announce(session, evacuation.started())
    about = {
        "evacuation_id": str(evacuation.evacuation_id),
        "reason": evacuation.reason,
        "input": evacuation.input,
    }
    await journal_act(
        session,
        "evacuation_started",
        by=by,
        at=evacuation.started_at,
        on_behalf_of=evacuation.on_behalf_of,
        zone_id=evacuation.zone_id,
        controller_id=evacuation.controller_id,
        details={name: value for name, value in about.items() if value is not None},
    )


async def _tell_of_input(session: AsyncSession, known: ControllerInput, *, at: datetime) -> None:
    await journal_act(
        session,
        "input_active" if known.is_active else "input_inactive",
        by=None,
        at=at,
        zone_id=known.zone_id,
        controller_id=known.controller_id,
        details={"input": known.code},
    )


async def end_evacuation(
    session: AsyncSession,
    evacuation_id: UUID,
    *,
    on_behalf_of: UUID | None,
    by: Person,
    at: datetime,
) -> Evacuation:
    """It is over; those of zones around or within it stand.

    Raises `NoSuchPerson`, `NoSuchEvacuation`, `EvacuationIsOver`.
    """
    await must_be_known(session, [on_behalf_of])
    evacuation = await store.evacuation(session, evacuation_id)
    announce(session, evacuation.end(by=by.person_id, at=at))
    await journal_act(
        session,
        "evacuation_ended",
        by=by,
        at=at,
        on_behalf_of=on_behalf_of,
        zone_id=evacuation.zone_id,
        details={"evacuation_id": str(evacuation_id)},
    )
    return evacuation


async def inputs(
    session: AsyncSession, controller_id: UUID, *, lock: bool = False
) -> Sequence[ControllerInput]:
    """Raises `NoSuchController`. Like whoever hears one, lock inputs before their zones."""
    await controllers.controller(session, controller_id, lock=lock)
    return await store.inputs(session, controller_id, lock=lock)


async def set_inputs(
    session: AsyncSession,
    controller_id: UUID,
    zones: Mapping[str, UUID],
    *,
    by: Person,
    at: datetime,
) -> Sequence[ControllerInput]:
    """Of the locked controller: code -> zone, and no others. Raises `NoSuchZone`."""
    wanted = set(zones.values())
    if len(await premises.standing_zones(session, wanted)) < len(wanted):
        raise NoSuchZone
    await store.set_inputs(session, controller_id, zones)
    await journal_act(
        session,
        "controller_inputs_set",
        by=by,
        at=at,
        controller_id=controller_id,
        details={code: str(zone_id) for code, zone_id in zones.items()},
    )
    return await store.inputs(session, controller_id)
