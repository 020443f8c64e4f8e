"""What can be asked of PINs: set one's own, reset or unlock somebody's, judge what was entered.

For decisions: `verdict` computes in threads (no transaction needed), `settle` counts inside the
transaction of the caller; `judge` does both.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.alarms.commands import raise_alarm
from services.access.authority import must_look_after
from services.access.directory import store as directory
from services.access.journal import store as journal
from services.access.journal.commands import journal_act
from services.access.journal.domain import EntryKind, JournalEntry, Particulars
from services.access.pins import store
from services.access.pins.domain import (
    NoSuchPin,
    Pin,
    PinIsLocked,
    PinIsNotLocked,
    PinVerdict,
    digests_of,
    must_be_good,
    verdict_of,
)
from services.access.surroundings import Surroundings, surroundings_of
from shared.events.access import AlarmKind
from shared.identity.listed import NotYourRole, Person, Role

PARK_WIDE = (Role.SECURITY, Role.OPERATOR)


async def set_pin(
    session: AsyncSession,
    person_id: UUID,
    *,
    pin: str,
    duress_pin: str | None,
    by: Person,
    at: datetime,
) -> None:
    """One's own, and nobody else's. Raises `PinTooSimple`, `DuressPinTooClose`, `PinIsLocked`."""
    holder = await directory.person(session, person_id, seen_by=by)
    if holder.person_id != by.person_id:
        raise NotYourRole
    must_be_good(pin, duress_pin)
    around = surroundings_of(session)
    work = partial(digests_of, pin, duress_pin, pepper=around.pin_keys.newest)
    digest, duress_digest = await around.pin_threads.run(work)
    new = Pin(person_id=person_id, digest=digest, duress_digest=duress_digest, set_at=at)
    if not await store.put(session, new):
        raise PinIsLocked
    await _note(session, "pin_set", person_id, tenant_id=holder.tenant_id, by=by, at=at)


async def reset_pin(session: AsyncSession, person_id: UUID, *, by: Person, at: datetime) -> None:
    """The PIN is gone, locked or not; its holder sets another. Raises `NoSuchPin`."""
    tenant_id = await _looked_after(session, person_id, by=by)
    await store.delete_pin(session, person_id)
    await _note(session, "pin_reset", person_id, tenant_id=tenant_id, by=by, at=at)


async def unlock_pin(session: AsyncSession, person_id: UUID, *, by: Person, at: datetime) -> None:
    """The same PIN opens again. Raises `NoSuchPin`, `PinIsNotLocked`."""
    tenant_id = await _looked_after(session, person_id, by=by)
    if not await store.unlock(session, person_id):
        raise PinIsNotLocked if await store.pin(session, person_id) else NoSuchPin
    await _note(session, "pin_unlocked", person_id, tenant_id=tenant_id, by=by, at=at)


async def pin_of(session: AsyncSession, person_id: UUID, *, seen_by: Person) -> Pin | None:
    """For its holder and those who look after them: whether there is one, and its state."""
    holder = await directory.person(session, person_id, seen_by=seen_by)
    if holder.person_id != seen_by.person_id:
        must_look_after(seen_by, holder.tenant_id, park_wide=(*PARK_WIDE, Role.AUDITOR))
    return await store.pin(session, person_id)


async def verdict(
    around: Surroundings, entered: str, *, digest: str, duress_digest: str | None
) -> PinVerdict:
    """`right`, `wrong` or `duress`, computed beside the event loop. Raises `TooBusy`."""
    work = partial(
        verdict_of,
        entered,
        digest=digest,
        duress_digest=duress_digest,
        peppers=around.pin_keys.keys,
    )
    return await around.pin_threads.run(work)


async def settle(
    session: AsyncSession, person_id: UUID, found: PinVerdict, *, digest: str, at: datetime
) -> PinVerdict:
    """What `verdict` found of that digest, counted: it holds unless the PIN has been locked or set
    anew meanwhile. The third wrong entry in a row locks, is journalled and raises an alarm.
    """
    if found is PinVerdict.WRONG:
        has_locked = await store.count_wrong(session, person_id, digest, at=at)
        if has_locked:
            await _tell_of_lock(session, person_id, at=at)
        holds = has_locked is not None
    else:
        holds = await store.clear_count(session, person_id, digest)
    if holds:
        return found
    now = await store.pin(session, person_id)
    if now is None:
        return PinVerdict.NONE
    return PinVerdict.LOCKED if now.locked_at else PinVerdict.WRONG


async def judge(
    session: AsyncSession, person_id: UUID, entered: str, *, at: datetime
) -> PinVerdict:
    """What this entry is worth. Raises `TooBusy`."""
    pin = await store.pin(session, person_id)
    if pin is None:
        return PinVerdict.NONE
    if pin.locked_at is not None:
        return PinVerdict.LOCKED
    digest = pin.digest
    found = await verdict(
        surroundings_of(session), entered, digest=digest, duress_digest=pin.duress_digest
    )
    return await settle(session, person_id, found, digest=digest, at=at)


async def _looked_after(session: AsyncSession, person_id: UUID, *, by: Person) -> UUID:
    holder = await directory.person(session, person_id, seen_by=by)
    must_look_after(by, holder.tenant_id, park_wide=PARK_WIDE)
    return holder.tenant_id


async def _tell_of_lock(session: AsyncSession, person_id: UUID, *, at: datetime) -> None:
    """The journal knows whose it is; the alarm names the entry, and no person."""
    entry = JournalEntry(
        kind=EntryKind.ACT, reason="pin_locked", occurred_at=at, recorded_at=at, commitment=b""
    )
    tenant_id = await store.tenant_of_holder(session, person_id)
    about = Particulars(person_id=person_id, tenant_id=tenant_id)
    await journal.append(session, entry, about)
    await raise_alarm(
        session, AlarmKind.PIN_LOCKED, source=f"journal/{entry.entry_id}", zone_id=None, at=at
    )


async def _note(
    session: AsyncSession, verb: str, person_id: UUID, *, tenant_id: UUID, by: Person, at: datetime
) -> None:
    await journal_act(session, verb, by=by, at=at, tenant_id=tenant_id, person_id=person_id)
