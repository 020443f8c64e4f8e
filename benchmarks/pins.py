"""A card and its holder's PIN at doors that ask for both, while other doors are read at their usual
rate. Each PIN costs a core some 20 ms (argon2id).
"""

from __future__ import annotations

import asyncio
import itertools

import asyncpg

from benchmarks.doors import Doors, doors, must_be_right, warm
from benchmarks.figures import Figure, percentile, spread
from benchmarks.load import Request, connected, load, load_steadily
from benchmarks.reference.copying import copy
from benchmarks.reference.park import Size
from benchmarks.reference.reads import SeededRead
from services.access.pins.domain import Pin, digests_of
from services.access.surroundings import PIN_KEY
from shared.keys import read_keys

FULL_SECONDS = 30.0
HOLDERS = 100
PIN = "483926"
STEADILY, BESIDE = 10.0, 100.0
"""Reads a second with a PIN, and without one at other doors."""
AT_ONCE = 4
GOAL_MS = 300.0


async def measure(scale: float) -> list[Figure]:
    """With a PIN: at a steady rate beside other reads, then four at once again and again."""
    seconds = max(FULL_SECONDS * scale, 5.0)
    async with doors(Size.of(scale)) as stage:
        holders = _holders(stage)
        if not await _give_pins(stage, holders) or not await _takes_pins(stage, holders[0]):
            print("pins: skipped, a read takes no PIN yet", flush=True)
            return []
        return await _measure(stage, holders, seconds=seconds)


async def _measure(stage: Doors, holders: list[SeededRead], *, seconds: float) -> list[Figure]:
    pin_doors = {read.point.door.door_id for read in holders}
    others = [
        read
        for read in stage.reader.reads(len(stage.park.cards))
        if read.point.door.door_id not in pin_doors
    ]
    await warm(stage, stage.asking(others), connections=8)
    again = itertools.cycle(holders)

    def make() -> Request:
        return stage.request(next(again), pin=PIN)

    steadily, beside = await asyncio.gather(
        load_steadily(stage.url, make, per_second=STEADILY, seconds=seconds),
        load_steadily(stage.url, stage.asking(others), per_second=BESIDE, seconds=seconds),
    )
    at_once = await load(stage.url, make, connections=AT_ONCE, seconds=seconds)
    for found in (steadily, beside, at_once):
        must_be_right(found)
    worst = percentile(steadily.seconds, 0.99) * 1000
    return [
        *spread(f"pins.steadily_{STEADILY:.0f}_per_s", steadily.seconds),
        Figure("pins.p99_to_goal", worst / GOAL_MS, "1"),
        *spread(f"pins.without_pin_beside_{BESIDE:.0f}_per_s", beside.seconds),
        Figure(f"pins.at_{AT_ONCE}", at_once.per_second, "decisions/s"),
        *spread(f"pins.at_{AT_ONCE}", at_once.seconds),
    ]


def _holders(stage: Doors) -> list[SeededRead]:
    """Cards that open a door of their own tenant, one for each of their holders."""
    found: dict[object, SeededRead] = {}
    for card in reversed(stage.park.cards):
        read = stage.reader.granted(card)
        if read is not None and read.point.door.zone.tenant is not None:
            found.setdefault(card.person.person_id, read)
        if len(found) == HOLDERS:
            break
    return list(found.values())


async def _give_pins(stage: Doors, holders: list[SeededRead]) -> bool:
    """All the same one. False: doors have no modes yet."""
    digest, _ = digests_of(PIN, None, pepper=read_keys(stage.keys_dir, PIN_KEY)[0])
    rows = [
        {"person_id": read.card.person.person_id, "digest": digest, "set_at": stage.park.at}
        for read in holders
        if read.card
    ]
    door_ids = [read.point.door.door_id for read in holders]
    connection = await asyncpg.connect(stage.database_url)
    try:
        await copy(connection, Pin, rows)
        await connection.execute(
            "UPDATE doors SET mode = 'badge_pin' WHERE door_id = ANY($1)", door_ids
        )
    except asyncpg.UndefinedColumnError:
        return False
    finally:
        await connection.close()
    return True


async def _takes_pins(stage: Doors, read: SeededRead) -> bool:
    async with connected(stage.url, connections=1) as wires:
        return (await wires[0].ask(stage.request(read, pin=PIN))).status != 422
