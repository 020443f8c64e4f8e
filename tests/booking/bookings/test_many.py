"""One's own bookings among those of a whole park: found by index, however many others have."""

from sqlalchemy import text

from services.booking.bookings import store
from services.booking.bookings.mine import STANDS
from shared.web.values import EARLIEST, LATEST
from tests.booking.park import Park

OF_OTHERS = """
INSERT INTO bookings (id, status, room_id, zone_id, tenant_id, organiser_id, starts_at, ends_at,
    starts_wall, ends_wall, timezone, capacity, people, created_at)
SELECT gen_random_uuid(), status, room_id, zone_id, tenant_id, gen_random_uuid(), starts_at,
    ends_at, starts_wall, ends_wall, timezone, capacity, people, created_at
FROM bookings, generate_series(1, 5000)
"""
READ = "SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = 'bookings'"


async def test_ones_own_bookings_are_found_without_reading_all_others(park: Park) -> None:
    booking = await park.a_booking(invited=["badr@acme.example"])
    async with park.ground.database.transaction() as session:
        await session.execute(text(OF_OTHERS))
        await session.execute(text("ANALYZE bookings, participants"))
    for email in ("amal@acme.example", "badr@acme.example"):
        async with park.ground.database.transaction() as session:
            before = await session.scalar(text(READ))
            found = await store.bookings_of(
                session,
                park.caller(email),
                between=(EARLIEST, LATEST),
                standing=STANDS,
                at=park.now,
                after=None,
                limit=50,
            )
            assert [str(each.id) for each in found] == [booking["booking_id"]]
            assert await session.scalar(text(READ)) == before
