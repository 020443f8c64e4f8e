"""What can be asked of schedules and special days by those who look after them."""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.directory import store as directory
from services.access.journal.commands import journal_act
from services.access.names import columns_of
from services.access.schedules import store
from services.access.schedules.domain import (
    PARK,
    DayOfAnotherGroup,
    NoSuchSpecialDayGroup,
    Schedule,
    ScheduleCodeTaken,
    ScheduleInUse,
    SpecialDay,
    SpecialDayGroup,
    SpecialDayGroupCodeTaken,
    SpecialDayStatus,
)
from services.access.schedules.domain.holidays import holidays_of
from shared.database import refuse_as, refuse_what_is_referred_to
from shared.errors import Refusal
from shared.events.base import Event
from shared.identity.listed import Person
from shared.messaging.outbox import announce

_TAKEN: dict[str, type[Refusal]] = {
    "schedules_code_key": ScheduleCodeTaken,
    "schedules_shared_code_key": ScheduleCodeTaken,
}


async def add_schedule(session: AsyncSession, schedule: Schedule, *, by: Person) -> Schedule:
    """Raises `NoSuchTenant`, `NoSuchSpecialDayGroup`, `ScheduleCodeTaken`."""
    if schedule.tenant_id is not None:
        await directory.tenant(session, schedule.tenant_id, seen_by=by)
    schedule.must_be_kept_by(by)
    await _must_know_groups_of(session, schedule)
    with refuse_as(_TAKEN):
        session.add(schedule)
        await session.flush()
    return schedule


async def change_schedule(
    session: AsyncSession, schedule: Schedule, *, to: Schedule, by: Person, at: datetime
) -> None:
    """Whatever follows it follows its new hours. Raises as `add_schedule`."""
    schedule.must_be_kept_by(by)
    await _must_know_groups_of(session, to)
    with refuse_as(_TAKEN):
        schedule.become(to)
        await session.flush()
    hours = {"weekly": schedule.weekly, "special": schedule.special}
    await _journal_schedule(session, "schedule_changed", schedule, by=by, at=at, **hours)


async def delist_schedule(
    session: AsyncSession, schedule: Schedule, *, by: Person, at: datetime
) -> None:
    """Raises `ScheduleInUse` while anything counts by it."""
    schedule.must_be_kept_by(by)
    with refuse_what_is_referred_to(ScheduleInUse):
        schedule.delist(at=at)
        await session.flush()
    await _journal_schedule(session, "schedule_delisted", schedule, by=by, at=at)


async def _must_know_groups_of(session: AsyncSession, schedule: Schedule) -> None:
    if schedule.group_ids - await store.known_group_ids(session, schedule.group_ids):
        raise NoSuchSpecialDayGroup


async def _journal_schedule(
    session: AsyncSession,
    verb: str,
    schedule: Schedule,
    *,
    by: Person,
    at: datetime,
    **more: object,
) -> None:
    details = {"schedule_id": str(schedule.schedule_id), "version": schedule.version, **more}
    await journal_act(session, verb, by=by, at=at, tenant_id=schedule.tenant_id, details=details)


async def add_group(
    session: AsyncSession, group: SpecialDayGroup, *, by: Person
) -> SpecialDayGroup:
    """Raises `SpecialDayGroupCodeTaken`."""
    by.must_have(*PARK)
    with refuse_as({"special_day_groups_code_key": SpecialDayGroupCodeTaken}):
        session.add(group)
        await session.flush()
    return group


async def propose_holidays(
    session: AsyncSession,
    year: int,
    *,
    group_id: UUID,
    is_fixed_confirmed: bool,
    by: Person,
    at: datetime,
) -> Sequence[SpecialDay]:
    """Those of Morocco that were not proposed before; by the caller's word the fixed ones count."""
    by.must_have(*PARK)
    group = await store.group(session, group_id)
    calculated = [
        SpecialDay(
            day=holiday.day,
            group_id=group_id,
            status=SpecialDayStatus.PROPOSED,
            origin=holiday.origin,
            calculated_day=holiday.day,
            is_estimated=holiday.is_estimated,
            **columns_of(holiday.names),
        )
        for holiday in await to_thread(holidays_of, year)
    ]
    proposed = await store.propose(session, calculated)
    if is_fixed_confirmed:
        for day in proposed:
            if not day.is_estimated:
                await _confirm(session, day, group, by=by, at=at)
    return proposed


async def add_special_day(
    session: AsyncSession, day: SpecialDay, *, by: Person, at: datetime
) -> SpecialDay:
    """The park's own: confirmed by who adds it. Raises `NoSuchSpecialDayGroup`,
    `DayOfAnotherGroup`.
    """
    by.must_have(*PARK)
    group = await store.group(session, day.group_id)
    session.add(day)
    await _confirm(session, day, group, by=by, at=at)
    return day


async def confirm_special_day(
    session: AsyncSession, day: SpecialDay, *, by: Person, at: datetime
) -> None:
    """It counts from this commit on. Raises `AlreadyConfirmed`, `DayOfAnotherGroup`."""
    by.must_have(*PARK)
    await _confirm(session, day, await store.group(session, day.group_id), by=by, at=at)


async def _confirm(
    session: AsyncSession, day: SpecialDay, group: SpecialDayGroup, *, by: Person, at: datetime
) -> None:
    event = day.confirm(group, by=by.person_id, at=at)
    await _tell(session, "special_day_confirmed", day, event, by=by, at=at)


async def move_special_day(
    session: AsyncSession, day: SpecialDay, *, to: date, by: Person, at: datetime
) -> None:
    """It falls on another date. Raises `AlreadyWithdrawn`, `DayOfAnotherGroup`."""
    by.must_have(*PARK)
    before = day.day.isoformat()
    group = await store.group(session, day.group_id)
    event = day.move(to, group, by=by.person_id, at=at)
    await _tell(session, "special_day_moved", day, event, by=by, at=at, moved_from=before)


async def withdraw_special_day(
    session: AsyncSession, day: SpecialDay, *, by: Person, at: datetime
) -> None:
    """It does not count from this commit on. Raises `AlreadyWithdrawn`."""
    by.must_have(*PARK)
    group = await store.group(session, day.group_id)
    event = day.withdraw(group, by=by.person_id, at=at)
    await _tell(session, "special_day_withdrawn", day, event, by=by, at=at)


async def _tell(
    session: AsyncSession,
    verb: str,
    day: SpecialDay,
    event: Event | None,
    *,
    by: Person,
    at: datetime,
    **more: object,
) -> None:
    """Writes the change down, tells the others of it, and the journal who made it."""
    with refuse_as({"special_days_one_group_a_day": DayOfAnotherGroup}):
        await session.flush()
    if event is not None:
        announce(session, event)
    details = {
        "special_day_id": str(day.special_day_id),
        "day": day.day.isoformat(),
        "group_id": str(day.group_id),
        **more,
    }
    await journal_act(session, verb, by=by, at=at, details=details)
