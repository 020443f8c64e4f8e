"""Timers go off once, when due; one that fails is kept and tried again."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from shared.events.booking import BookingCancelled
from shared.events.directory import PersonListed, TenantListed
from shared.messaging.outbox import NotOurs, announce, driver_in_transaction
from shared.messaging.timers import Timers, cancel_timer, set_timer
from tests.support.eventually import eventually, remains
from tests.support.faults import Park, Poison, rows_of, tenant

SOON = timedelta(milliseconds=100)


class Bells:
    """Timers that note that they went off."""

    def __init__(self) -> None:
        self.timers = Timers("access")
        self.timers.on("bell")(self.ring)
        self.fails = 0
        self.again: timedelta | None = None

    async def ring(self, key: str, session: AsyncSession, at: datetime) -> None:
        connection = await driver_in_transaction(session)
        await connection.execute(
            "INSERT INTO things VALUES ($1, 1) ON CONFLICT (subject) "
            "DO UPDATE SET version = things.version + 1",
            key,
        )
        if self.again is not None:
            await set_timer(session, "bell", key=key, due_at=at + self.again)
            self.again = None
        if self.fails > 0:
            self.fails -= 1
            raise Poison("no clapper")


async def _set(park: Park, key: str, *, after: timedelta = SOON) -> None:
    async with park.access.transaction() as session:
        await set_timer(session, "bell", key=key, due_at=datetime.now(UTC) + after)


async def _rung(park: Park) -> dict[str, int]:
    rows = await rows_of(park.access.url, "SELECT subject, version FROM things")
    return {row["subject"]: row["version"] for row in rows}


async def _left(park: Park) -> int:
    return int((await rows_of(park.access.url, "SELECT count(*) FROM timers"))[0][0])


@pytest.fixture
def amqp_or_memory() -> None:
    """Timers have nothing to do with the bus."""


async def test_a_timer_goes_off_once(park: Park) -> None:
    for key in ("one", "two", "three"):
        await _set(park, key)
    await park.start("access", timers=Bells().timers)

    async def all_rang() -> bool:
        return await _rung(park) == {"one": 1, "two": 1, "three": 1} and not await _left(park)

    await eventually(all_rang)
    await remains(all_rang)


async def test_a_cancelled_timer_stays_silent_and_a_moved_one_waits(park: Park) -> None:
    for key in ("cancelled", "moved", "kept"):
        await _set(park, key)
    async with park.access.transaction() as session:
        await cancel_timer(session, "bell", key="cancelled")
    await _set(park, "moved", after=timedelta(hours=1))
    await park.start("access", timers=Bells().timers)
    await eventually(lambda: _rung(park))
    assert await _rung(park) == {"kept": 1}
    assert await _left(park) == 1


async def test_a_timer_that_fails_keeps_its_reason_and_goes_off_later(park: Park) -> None:
    bells = Bells()
    bells.fails = 2
    await _set(park, "one")
    await park.start("access", timers=bells.timers)

    async def has_failed() -> bool:
        rows = await rows_of(park.access.url, "SELECT attempts, reason FROM timers")
        return [tuple(row) for row in rows] == [(1, "Poison: no clapper")]

    await eventually(has_failed)
    await eventually(lambda: _rung(park))
    assert await _rung(park) == {"one": 1}


async def test_a_timer_may_set_itself_again(park: Park) -> None:
    bells = Bells()
    bells.again = SOON
    await _set(park, "one")
    await park.start("access", timers=bells.timers)

    async def rang_twice() -> bool:
        return await _rung(park) == {"one": 2} and not await _left(park)

    await eventually(rang_twice)


async def test_a_timer_of_a_transaction_that_failed_was_never_set(park: Park) -> None:
    async def fail() -> None:
        async with park.access.transaction() as session:
            await set_timer(session, "bell", key="one", due_at=datetime.now(UTC))
            raise Poison

    with pytest.raises(Poison):
        await fail()
    assert await _left(park) == 0


async def test_a_service_announces_only_what_is_its_own(park: Park) -> None:
    async with park.visitors.transaction() as session:
        with pytest.raises(NotOurs):
            announce(session, TenantListed(tenant=tenant(uuid4())))
    assert BookingCancelled.name.startswith("booking.")
    assert PersonListed.is_personal
