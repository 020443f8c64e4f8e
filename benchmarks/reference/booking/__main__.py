"""Fills a migrated, empty database of booking: `python -m benchmarks.reference.booking --help`."""

from __future__ import annotations

import argparse
import asyncio
from datetime import UTC, datetime

from benchmarks.reference.booking.park import Park, Size
from benchmarks.reference.booking.tables import fill
from shared.clock import prepare_zones


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reference.booking")
    parser.add_argument("database", help="postgresql://… of a migrated, empty database of booking")
    parser.add_argument("--scale", type=float, help="of everything, instead of --bookings")
    parser.add_argument("--bookings", type=int, default=500_000, help="on all 1,000 rooms")
    parser.add_argument("--at", type=datetime.fromisoformat, default=datetime.now(UTC))
    parser.add_argument("--issuer", default="https://issuer.example", help="where people sign in")
    asked = parser.parse_args()
    size = Size.of(asked.scale) if asked.scale else Size.of_bookings(asked.bookings)
    prepare_zones()
    asyncio.run(fill(asked.database, Park(size, asked.at), issuer=asked.issuer))


if __name__ == "__main__":
    main()
