"""Ways to a room: any that fits, another than the one that is taken, one that is held, a series."""

from datetime import UTC, datetime, timedelta

from deploy.local.callers import Caller, Json
from deploy.local.day.stage import Stage, must

EMPLOYEE = "salma@atlas.example"
COLLEAGUE = "karim@atlas.example"
RIVAL = "amina@sahel.example"
AHEAD = timedelta(days=4)
HOUR = timedelta(hours=1)
WEEKS = 4


class WishingStory:
    """Somebody wants a room, and others want it too."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.employee = stage.person(EMPLOYEE)
        self.colleague, self.rival = stage.person(COLLEAGUE), stage.person(RIVAL)
        self.starts_at = datetime.now(UTC).replace(second=0, microsecond=0) + AHEAD
        self.url = f"{stage.at.booking}/v1/bookings"
        self.made: list[tuple[Caller, str]] = []

    async def play(self) -> None:
        taken = await self.take_any()
        await self.take_another(taken)
        await self.hold()
        await self.repeat()
        await self.give_it_all_back()

    async def take_any(self) -> Json:
        wish = {"any": {"people": 4, "equipment": ["screen"]}, **self._window(self.starts_at)}
        who = f"{self.employee.name}, employee"
        async with self.stage.step(who, "books any room for four with a screen") as step:
            booking = await self._book(self.employee, wish)
            step.outcome = f"{self._code(booking)}, in one request"
        return booking

    async def take_another(self, taken: Json) -> None:
        wish = {"room_id": taken["room_id"], **self._window(self.starts_at)}
        async with self.stage.step(f"{self.rival.name}, a rival", "wants that one too") as step:
            refused = await self.rival.post(self.url, wish, expect=409, once=True)
            offers = refused["alternatives"]
            must(0 < len(offers) <= 5, f"up to five alternatives, got {len(offers)}")
            booking = await self._book(self.rival, {"token": offers[0]["token"]})
            must(booking["room_id"] == offers[0]["room"]["room_id"], "the room that was offered")
            again = {"token": offers[0]["token"]}
            used = await self.rival.post(self.url, again, expect=409, once=True)
            must(used["code"] == "offer_used", f"offer_used, got {used['code']}")
            step.outcome = f"409, and alternatives; {self._code(booking)} by the token of one"

    async def hold(self) -> None:
        window = self._window(self.starts_at + 3 * HOUR)
        who = f"{self.colleague.name}, employee"
        async with self.stage.step(who, "holds a room while thinking") as step:
            rooms = await self.stage.free_rooms(self.colleague, people=2, window=window)
            wish = {"room_id": rooms[0][1], **window}
            holds = f"{self.stage.at.booking}/v1/holds"
            held = await self.colleague.post(holds, wish, expect=201, once=True)
            refused = await self.rival.post(self.url, wish, expect=409, once=True)
            must(refused["code"] == "room_taken", f"room_taken, got {refused['code']}")
            await self._book(self.colleague, {"hold_id": held["hold_id"]})
            step.outcome = "a rival finds it taken; the hold becomes a booking"

    async def repeat(self) -> None:
        starts_at = self.starts_at + timedelta(days=2)
        window = self._window(starts_at)
        rooms = await self.stage.free_rooms(self.employee, people=2, window=window)
        wish = {
            "room_id": rooms[0][1],
            "starts_wall": starts_at.replace(tzinfo=None).isoformat(),
            "minutes": 60,
            "timezone": "UTC",
            "rrule": f"FREQ=WEEKLY;COUNT={WEEKS}",
        }
        async with self.stage.step(f"{self.employee.name}, employee", "books it weekly") as step:
            series = f"{self.stage.at.booking}/v1/series"
            made = await self.employee.post(series, wish, expect=201, once=True)
            bookings = [each["booking_id"] for each in made["occurrences"]]
            must(len(bookings) == WEEKS, f"{WEEKS} bookings, got {len(bookings)}")
            self.made += [(self.employee, f"{self.url}/{each}") for each in bookings]
            step.outcome = f"{WEEKS} bookings of one series"

    async def give_it_all_back(self) -> None:
        async with self.stage.step("All of them", "give their rooms back") as step:
            for caller, its in self.made:
                await caller.post(f"{its}/cancel", expect=204)
            step.outcome = f"{len(self.made)} cancelled"

    async def _book(self, caller: Caller, wish: Json) -> Json:
        booking = await caller.post(self.url, wish, expect=201, once=True)
        must(booking["status"] == "confirmed", f"confirmed, got {booking['status']}")
        self.made.append((caller, f"{self.url}/{booking['booking_id']}"))
        return booking

    def _window(self, starts_at: datetime) -> dict[str, str]:
        return {"starts_at": starts_at.isoformat(), "ends_at": (starts_at + HOUR).isoformat()}

    def _code(self, booking: Json) -> str:
        rooms = self.stage.listed.rooms
        return next(code for code, room_id in rooms.items() if room_id == booking["room_id"])
