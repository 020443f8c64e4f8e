"""What is told again counts as newer than all before, and readers can tell whether it is all."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

from shared.database import Database
from shared.events.directory import TenantListed
from shared.messaging.outbox import driver_in_transaction
from shared.messaging.retelling import begin_retelling, end_retelling, heard_of, id_in_run
from tests.support.eventually import eventually
from tests.support.faults import Park, tenant


async def told(database: Database, subject: UUID) -> list[tuple[int, bool]]:
    """(sequence, whether it is a replay) of what is announced about it, in order."""
    async with database.transaction() as session:
        connection = await driver_in_transaction(session)
        rows = await connection.fetch(
            "SELECT sequence, is_replay FROM outbox WHERE subject = $1 ORDER BY position",
            f"tenant/{subject}",
        )
    return [(row["sequence"], row["is_replay"]) for row in rows]


async def test_after_a_retelling_everything_has_a_sequence_from_its_floor_on(park: Park) -> None:
    old, quiet, new = uuid4(), uuid4(), uuid4()
    await park.tell(old)
    await park.tell(quiet)
    retelling = await begin_retelling(park.access)
    floor = retelling.floor
    assert floor > datetime(2026, 11, 1, tzinfo=UTC).timestamp() * 100, "it follows the clock"
    async with park.access.transaction() as session:
        retelling.tell(session, TenantListed(tenant=tenant(old)))
    await park.tell(old)
    await park.tell(new)
    await park.tell(quiet)
    assert await told(park.access, old) == [(1, False), (floor, True), (floor + 1, False)]
    assert await told(park.access, new) == [(floor + 1, False)]
    assert await told(park.access, quiet) == [(1, False), (floor + 1, False)]
    again = await begin_retelling(park.access)
    assert again.floor > floor


async def test_nobody_who_is_announcing_comes_in_below_the_floor(park: Park) -> None:
    """Else what they tell of would look like something that is no more."""
    one = uuid4()
    written, may_commit = asyncio.Event(), asyncio.Event()

    async def announcing() -> None:
        async with park.access.transaction() as session:
            connection = await driver_in_transaction(session)
            await connection.execute("INSERT INTO subjects VALUES ($1, 1)", f"tenant/{one}")
            written.set()
            await may_commit.wait()

    first = asyncio.create_task(announcing())
    await written.wait()
    raising = asyncio.create_task(begin_retelling(park.access))

    async def waits() -> int:
        async with park.access.transaction() as session:
            connection = await driver_in_transaction(session)
            found: int = await connection.fetchval(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'ExclusiveLock'"
            )
        return found

    await eventually(waits)
    late = asyncio.create_task(park.tell(another := uuid4()))
    may_commit.set()
    floor = (await raising).floor
    await asyncio.gather(first, late)
    assert await told(park.access, another) == [(floor + 1, False)]


async def test_a_reader_knows_whether_it_has_heard_it_all(park: Park) -> None:
    async def heard() -> tuple[int, int] | None:
        async with park.visitors.transaction() as session:
            found = await heard_of(session, "access", reader="visitors")
        return None if found is None else (found.done, found.wanted)

    async def has_heard(done: int, wanted: int) -> bool:
        return await heard() == (done, wanted)

    await park.start()
    assert await heard() is None
    retelling = await begin_retelling(park.access)
    for _ in range(3):
        async with park.access.transaction() as session:
            retelling.tell(session, TenantListed(tenant=tenant(uuid4())))
    await end_retelling(park.access, retelling)
    assert retelling.told == {TenantListed.name: 3}
    await eventually(lambda: has_heard(3, 3))

    retelling = await begin_retelling(park.access)
    async with park.access.transaction() as session:
        retelling.tell(session, TenantListed(tenant=tenant(uuid4(), name="poison")))
    await end_retelling(park.access, retelling)
    await eventually(lambda: has_heard(0, 1))


def test_the_ids_of_a_run_follow_one_another() -> None:
    run = id_in_run(uuid4(), 0)
    assert id_in_run(run, 7).int - run.int == 7
    assert id_in_run(id_in_run(run, 7), 3) == id_in_run(run, 3)
