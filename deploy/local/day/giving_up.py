"""Somebody books and does not come: the room is given up, and whoever waits is offered it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from deploy.local.callers import Caller, Json, until
from deploy.local.day.stage import Stage, must

ABSENT = "salma@atlas.example"
FIRST = "amina@sahel.example"
SECOND = "karim@atlas.example"
FACILITY_MANAGER = "youssef@ewane.example"
MINUTE = timedelta(minutes=1)
BEGUN = timedelta(seconds=55)
"""So long ago it began: a little later it is a minute that nobody has come."""
LATER = 5 * MINUTE
"""A worker that was just started hears for a minute who came, before it gives anything up."""
SAID_ANEW = ("names", "capacity", "layouts", "equipment", "opening")


class NoShowStory:
    """Story D: no passage and no check-in within the room's time, and the next in line has it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.absent, self.manager = stage.person(ABSENT), stage.person(FACILITY_MANAGER)
        self.first, self.second = stage.person(FIRST), stage.person(SECOND)
        self.bookings = f"{stage.at.booking}/v1/bookings"
        self.waiting = f"{stage.at.booking}/v1/waiting"
        self.code, self.room_id, self.door = "", "", ""
        self.url = ""
        self.later: Json = {}
        """The time for which the others wait."""
        self.lines: dict[str, Json] = {}

    async def play(self) -> None:
        await self.wait_a_minute_only()
        await self.book_and_stay_away()
        await self.stand_in_line()
        await self.take_the_offer()
        await self.pass_it_on()

    async def wait_a_minute_only(self) -> None:
        starts_at = datetime.now(UTC) - BEGUN
        ends_at = starts_at + 22 * MINUTE
        window = {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}
        rooms = await self.stage.free_rooms(self.absent, people=2, window=window)
        must(bool(rooms), "a free room; all are taken for now")
        self.code, self.room_id, self.door = rooms[0]
        who = f"{self.manager.name}, facility manager"
        async with self.stage.step(who, f"has {self.code} wait for a minute only") as step:
            await give_up_after(self.stage, self.room_id, minutes=1)
            step.outcome = "a booking for which nobody has come by then is given up"

    async def book_and_stay_away(self) -> None:
        async with self.stage.step(f"{self.absent.name}, employee", "books it at once") as step:
            starts_at = datetime.now(UTC) - BEGUN
            wish = {"room_id": self.room_id, "starts_at": starts_at.isoformat(), "minutes": 20}
            booking = await self.absent.post(self.bookings, wish, expect=201, once=True)
            self.url = f"{self.bookings}/{booking['booking_id']}"
            step.outcome = "confirmed; nobody comes"

    async def stand_in_line(self) -> None:
        who = f"{self.first.name}, and after her {self.second.name},"
        async with self.stage.step(who, "wait for the room") as step:
            starts_at = datetime.now(UTC) + LATER
            self.later = {"room_id": self.room_id, "starts_at": starts_at.isoformat()}
            self.later |= {"minutes": 10}
            for person in (self.first, self.second):
                line = await person.post(self.waiting, self.later, expect=201, once=True)
                must(line["status"] == "waiting", f"waiting, got {line['status']}")
                self.lines[person.name] = line
            step.outcome = "neither sees that the other does"

    async def take_the_offer(self) -> None:
        sync = await self._synced(self.first)
        async with self.stage.step("Nobody", "comes for a minute") as step:
            await until(self._is_released, what="the booking given up")
            badge = self.stage.badge(ABSENT)
            await self.stage.expect(self.door, "in", badge, outcome="denied")
            step.outcome = f"given up; {self.absent.name}'s badge opens {self.code} no more"
        who = f"{self.first.name}, first in line"
        async with self.stage.step(who, "is offered the room, and takes it") as step:
            offer = await until(lambda: self._offered(self.first, sync), what="an offer")
            rival = await self.second.post(self.bookings, self.later, expect=409, once=True)
            must(rival["code"] == "room_taken", f"room_taken, got {rival['code']}")
            body = {"hold_id": offer["hold_id"]}
            booking = await self.first.post(self.bookings, body, expect=201, once=True)
            must(booking["booking_id"] == offer["hold_id"], "the id of the offer")
            self.url = f"{self.bookings}/{booking['booking_id']}"
            await self.stage.expect(self.door, "in", self.stage.badge(FIRST), outcome="granted")
            step.outcome = "her phone is told; to others it is taken; her badge opens it"

    async def pass_it_on(self) -> None:
        sync = await self._synced(self.second)
        who = f"{self.second.name}, next in line"
        async with self.stage.step(who, "is offered it when she cancels") as step:
            await self.first.post(f"{self.url}/cancel", expect=204)
            offer = await until(lambda: self._offered(self.second, sync), what="an offer")
            home = await self.second.get(f"{self.stage.at.booking}/v1/home")
            shown = [one["hold_id"] for one in home["offers"]]
            must(offer["hold_id"] in shown, "the offer on the first screen")
            await self.second.delete(f"{self.waiting}/{offer['waiting_id']}")
            await give_up_after(self.stage, self.room_id, minutes=15)
            step.outcome = "and lets it go; the room waits for a quarter of an hour again"

    async def _is_released(self) -> Json | None:
        booking = await self.absent.get(self.url)
        return booking if booking["status"] == "released" else None

    async def _synced(self, person: Caller) -> str:
        """From when on a phone asks what has changed."""
        page: Json = await person.get(self.bookings)
        while page["next"] is not None:
            page = await person.get(self.bookings, {"cursor": page["next"]})
        return str(page["sync"])

    async def _offered(self, person: Caller, since: str) -> Json | None:
        """What the phone is told of the room, of all that has changed."""
        told = await person.get(self.bookings, {"since": since})
        mine = self.lines[person.name]["waiting_id"]
        return next((one for one in told["offers"] if one["waiting_id"] == mine), None)


async def give_up_after(stage: Stage, room_id: str, *, minutes: int) -> None:
    """A facility manager says how long the room waits for somebody to come."""
    manager = stage.person(FACILITY_MANAGER)
    url = f"{stage.at.booking}/v1/rooms/{room_id}"
    room = await manager.get(url)
    said: dict[str, Any] = {name: room[name] for name in SAID_ANEW}
    await manager.put(url, {**said, "release_after_minutes": minutes})
