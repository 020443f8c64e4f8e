"""The catalogue: one copy in the process, as new as what each transaction sees."""

import asyncio
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.rooms.domain import Catalogue, NoSuchRoom
from services.booking.rooms.store import ROOMS, HeldCatalogue, catalogue, still_stands
from shared.events.premises import ZoneDelisted, ZoneKind, ZoneListed
from tests.booking.park import Park, a_zone, heard


async def read(park: Park) -> Catalogue:
    async with park.ground.database.transaction() as session:
        return await catalogue(session)


async def rename(session: AsyncSession, room_id: str, code: str) -> None:
    await session.execute(
        text("UPDATE rooms SET code = :code WHERE id = :id"), {"code": code, "id": UUID(room_id)}
    )


async def test_a_change_makes_a_new_catalogue_and_leaves_the_old_one_as_it_was(park: Park) -> None:
    room, other = await park.a_room(code="before"), await park.a_room()
    before = await read(park)
    assert await read(park) is before
    async with park.ground.database.transaction() as session:
        await rename(session, room["room_id"], "after")
    after = await read(park)
    assert after.version == before.version + 1
    assert before.known(UUID(room["room_id"])).code == "before"
    assert after.known(UUID(room["room_id"])).code == "after"
    unchanged = UUID(other["room_id"])
    assert after.known(unchanged) is before.known(unchanged)


async def test_what_is_not_committed_is_seen_by_its_own_transaction_alone(park: Park) -> None:
    room = await park.a_room(code="before")
    room_id = UUID(room["room_id"])
    with pytest.raises(RuntimeError):
        async with park.ground.database.transaction() as session:
            await rename(session, room["room_id"], "never")
            assert (await catalogue(session)).known(room_id).code == "never"
            assert (await read(park)).known(room_id).code == "before"
            raise RuntimeError
    assert (await read(park)).known(room_id).code == "before"


async def test_an_older_snapshot_neither_turns_the_catalogue_back_nor_breaks(park: Park) -> None:
    room = await park.a_room(code="before")
    room_id = UUID(room["room_id"])
    async with park.ground.database.transaction() as session:
        await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        assert (await catalogue(session)).known(room_id).code == "before"
        async with park.ground.database.transaction() as rival:
            await rename(rival, room["room_id"], "after")
        newer = await read(park)
        assert await catalogue(session) is newer
    assert await read(park) is newer


async def test_many_who_catch_up_at_once_read_it_once(park: Park) -> None:
    await park.a_room()
    found = await asyncio.gather(*(read(park) for _ in range(12)))
    assert {id(each) for each in found} == {id(found[0])}


async def test_whoever_is_far_behind_loads_all(park: Park) -> None:
    room = await park.a_room(code="before")
    await read(park)
    async with park.ground.database.transaction() as session:
        await rename(session, room["room_id"], "after")
    await park.query("DELETE FROM room_changes RETURNING 1")
    await park.a_room()
    assert (await read(park)).known(UUID(room["room_id"])).code == "after"


async def test_a_zone_says_where_a_room_is_and_whether_it_is_open_to_bookings(park: Park) -> None:
    building = a_zone().model_copy(update={"kind": ZoneKind.BUILDING})
    floor = a_zone(parent_id=building.zone_id).model_copy(update={"kind": ZoneKind.FLOOR})
    zone = a_zone(parent_id=floor.zone_id)
    room_id = UUID((await park.a_room(zone_id=zone.zone_id))["room_id"])
    assert not (await read(park)).known(room_id).is_zone_known
    for each in (zone, floor, building):
        await park.hear(heard(ZoneListed(zone=each)))
    room = (await read(park)).known(room_id)
    assert (room.floor_zone_id, room.building_zone_id) == (floor.zone_id, building.zone_id)
    assert room.is_bookable
    gone = zone.model_copy(update={"is_listed": False})
    await park.hear(heard(ZoneDelisted(zone=gone), sequence=2))
    assert not (await read(park)).known(room_id).is_bookable


async def test_a_catalogue_stands_until_something_changes(park: Park) -> None:
    room = await park.a_room()
    async with park.ground.database.transaction() as session:
        known = await catalogue(session)
        assert await still_stands(session, known)
        async with park.ground.database.transaction() as rival:
            await rename(rival, room["room_id"], "after")
        assert not await still_stands(session, known)


async def test_a_process_that_starts_reads_what_is_there(park: Park) -> None:
    room = await park.a_room()
    park.ground.database.info[ROOMS] = HeldCatalogue(
        "Africa/Casablanca", "http://booking/v1/rooms/"
    )
    async with park.ground.database.transaction() as session:
        session.info[ROOMS] = HeldCatalogue("Africa/Casablanca", "http://booking/v1/rooms/")
        found = await catalogue(session)
    assert found.known(UUID(room["room_id"])).code == room["code"]
    with pytest.raises(NoSuchRoom):
        found.known(uuid4())
