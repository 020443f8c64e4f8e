"""An upgrade, one service after another: what runs of which release, what people do meanwhile."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field

from deploy.local.callers import until
from deploy.local.day import GuestStory, Stage
from tests.support.processes import Process
from tests.upgrades.beside.park import ParkInUpgrade
from tests.upgrades.beside.phones import Phones

APART = {"access": ((),), "visitors": ((),), "booking": (("serve",), ("work",))}
"""Each service's processes: booking answers and works apart, the others in one."""


@dataclass
class Upgrade:
    """How far it has come."""

    park: ParkInUpgrade
    stage: Stage
    phones: Phones
    story: GuestStory
    """A guest of a booking, who comes while it goes on."""
    last: dict[str, list[Process]]
    this: dict[str, list[Process]] = field(default_factory=lambda: defaultdict(list))

    async def bring(self, name: str) -> None:
        """This release beside the last one."""
        self.this[name] = await self._started(name, is_new=True)

    async def leave_behind(self, name: str) -> None:
        """The last release of it ends; this one goes on alone."""
        for process in self.last.pop(name):
            await self.park.end(process)

    async def go_back(self, name: str) -> None:
        """The last release again, on what this one has made of the schema and written."""
        self.last[name] = await self._started(name, is_new=False)
        for process in self.this.pop(name):
            await self.park.end(process)

    async def _started(self, name: str, *, is_new: bool) -> list[Process]:
        starting = (self.park.start(name, *part, is_new=is_new) for part in APART[name])
        return await asyncio.gather(*starting)

    async def work_anew(self, name: str, *, is_new: bool) -> None:
        """Ends that release's worker, sees that the other one works, and starts it again."""
        its = self.this[name] if is_new else self.last[name]
        (serving, worker) = sorted(its, key=lambda each: each.part == ("work",))
        await self.park.end(worker)
        await check_in_by_the_door(self.stage)
        its[:] = [serving, await self.park.start(name, "work", is_new=is_new)]


async def begun(park: ParkInUpgrade) -> Upgrade:
    """The last release alone, the example park, and a guest invited to a booking that runs."""
    apart = [(name, part) for name, parts in APART.items() for part in parts]
    started = await asyncio.gather(*(park.start(name, *part, is_new=False) for name, part in apart))
    last = {name: [each for each in started if each.name == name] for name in APART}
    stage = await park.open()
    story = GuestStory(stage)
    await story.book()
    await story.become_a_visit()
    await story.open_the_mail()
    return Upgrade(park, stage, Phones(stage), story, last)


async def check_in_by_the_door(stage: Stage) -> None:
    """What booking says opens the door, and what the door says is heard by booking: so whoever
    works for it now says and hears.
    """
    organiser = "karim@atlas.example"
    caller, url = stage.person(organiser), f"{stage.at.booking}/v1/bookings"
    body = Phones.body(stage, "CEDRE", minutes=20)
    booking = await caller.post(url, body, expect=201, once=True)
    await stage.pass_through("A2-CEDRE", "in", stage.badge(organiser))

    async def is_checked_in() -> bool | None:
        now = await caller.get(f"{url}/{booking['booking_id']}")
        return True if now["status"] == "checked_in" else None

    await until(is_checked_in, what="the booking checked in by the passage")
    await stage.pass_through("A2-CEDRE", "out", stage.badge(organiser))
    await caller.post(f"{url}/{booking['booking_id']}/end-early")
