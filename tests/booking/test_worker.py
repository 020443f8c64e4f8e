"""What is judged by what nobody said is not judged by a worker that could not hear it."""

from services.booking.service import SERVICE
from shared.messaging.bus import Bus, MemoryBus
from shared.messaging.rabbit import RabbitBus
from shared.worker import Loop, working
from tests.booking.park import Park
from tests.support.eventually import eventually

NOBODY_THERE = "amqp://127.0.0.1:1"


def counting(rounds: list[str], name: str, *, hears_first: float) -> Loop:
    """Notes each of its rounds."""

    async def note() -> bool:
        rounds.append(name)
        return False

    return Loop(name, note, every=0.01, hears_first=hears_first)


async def rounds_while_it_works(park: Park, bus: Bus, *, until: str) -> list[str]:
    """Of two loops, one of which has to hear first, until that one has had so many."""
    rounds: list[str] = []
    loops = [
        counting(rounds, "offers", hears_first=0),
        counting(rounds, "gives up", hears_first=0.02),
    ]
    async with working(park.ground, bus, inbox=SERVICE.inbox, timers=SERVICE.timers, loops=loops):
        await eventually(lambda: rounds.count(until) > 9)
    return rounds


async def test_a_worker_that_hears_nothing_gives_nothing_up(park: Park) -> None:
    rounds = await rounds_while_it_works(park, RabbitBus(NOBODY_THERE), until="offers")
    assert "gives up" not in rounds


async def test_a_worker_that_hears_gives_up(park: Park) -> None:
    assert "offers" in await rounds_while_it_works(park, MemoryBus(), until="gives up")


async def test_the_release_of_bookings_hears_first(park: Park) -> None:
    (release,) = (each for each in SERVICE.loops(park.ground) if each.name == "bookings.release")
    assert release.hears_first == 60
