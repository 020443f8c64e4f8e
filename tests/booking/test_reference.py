"""The reference park of the benches fits the tables as they are now."""

from datetime import UTC, datetime

import asyncpg
import pytest

from benchmarks.reference.booking.park import Park, Size
from benchmarks.reference.booking.tables import fill
from benchmarks.reference.booking.year import Booked, Year
from services.booking.bookings.domain import Standing
from tests.booking.conftest import migrate_booking
from tests.support.postgres import FreshDatabase

AT = datetime(2026, 11, 25, 10, tzinfo=UTC)
SMALL = Size.of(0.002)


def year() -> list[Booked]:
    return [booked for day in Year(Park(SMALL, AT)).days() for booked in day]


def test_a_seed_makes_the_same_year_each_time() -> None:
    assert year() == year()


def test_it_has_as_many_bookings_as_its_size_says_half_of_them_past() -> None:
    booked = year()
    past = sum(booking.ends_at <= AT for booking in booked)
    assert len(booked) == SMALL.bookings
    assert past == pytest.approx(len(booked) / 2, rel=0.1)


async def test_the_year_passes_every_constraint_of_the_tables(
    fresh_database: FreshDatabase,
) -> None:
    url = await fresh_database("booking", migrate_booking)
    await fill(url, Park(SMALL, AT), issuer="https://issuer.example")
    connection = await asyncpg.connect(url)
    try:
        holding = await connection.fetchval("SELECT count(DISTINCT booking_id) FROM claims")
        kept = await connection.fetch("SELECT status, count(*) AS many FROM bookings GROUP BY 1")
    finally:
        await connection.close()
    many = {row["status"]: row["many"] for row in kept}
    assert sum(many.values()) == SMALL.bookings
    assert holding == many[Standing.CONFIRMED] + many[Standing.CHECKED_IN]
