"""A booking that changes: whatever is changed, the doors follow."""

from datetime import UTC, datetime, timedelta

from deploy.local.callers import Json
from deploy.local.day.stage import Rooms, Stage, must

ORGANISER = "salma@atlas.example"
COLLEAGUE = "karim@atlas.example"
LATECOMER = "lina@atlas.example"


class BookingStory:
    """Story B: added, removed, moved, extended, handed over, cancelled."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.organiser = stage.person(ORGANISER)
        self.colleague = stage.person(COLLEAGUE)
        self.starts_at = datetime.now(UTC) + timedelta(minutes=5)
        self.url = ""
        self.rooms: Rooms = []

    @property
    def door(self) -> str:
        """Of the room that is booked first."""
        return self.rooms[0][2]

    @property
    def other_door(self) -> str:
        """Of the room that it is moved to."""
        return self.rooms[1][2]

    async def play(self) -> None:
        await self.book()
        await self.change_the_people()
        await self.move_to_another_room()
        await self.extend()
        await self.hand_over()
        await self.cancel()
        await self.take_it_back()

    async def _opens(self, door: str, *emails: str) -> None:
        for email in emails:
            await self.stage.expect(door, "in", self.stage.badge(email), outcome="granted")

    async def _stays_shut(self, door: str, *emails: str) -> None:
        for email in emails:
            badge = self.stage.badge(email)
            # Whatever reason: on another day the room may be theirs again.
            await self.stage.expect(door, "in", badge, outcome="denied")

    async def book(self) -> None:
        window = {
            "starts_at": self.starts_at.isoformat(),
            "ends_at": (self.starts_at + timedelta(minutes=30)).isoformat(),
        }
        self.rooms = await self.stage.free_rooms(self.organiser, people=2, window=window)
        must(len(self.rooms) > 1, "two free rooms; the others are taken for now")
        room_id = self.rooms[0][1]
        body = {"room_id": room_id, **window, "participants": [{"email": COLLEAGUE}]}
        async with self.stage.step(f"{self.organiser.name}, employee", "books again") as step:
            url = f"{self.stage.at.booking}/v1/bookings"
            booking = await self.organiser.post(url, body, expect=201, once=True)
            self.url = f"{url}/{booking['booking_id']}"
            await self._opens(self.door, ORGANISER, COLLEAGUE)
            step.outcome = "both badges open the room, minutes before it starts"
        async with self.stage.step("A rival", "wants the same room at that time") as step:
            taken = await self.stage.person(LATECOMER).post(url, body, expect=409, once=True)
            must(taken["code"] == "room_taken", f"room_taken, got {taken['code']}")
            step.outcome = "409 room_taken"

    async def change_the_people(self) -> None:
        who = f"{self.organiser.name}, employee"
        async with self.stage.step(who, "takes one colleague off, adds another") as step:
            await self._participants({"email": LATECOMER})
            await self._opens(self.door, LATECOMER)
            await self._stays_shut(self.door, COLLEAGUE)
            step.outcome = "the doors follow"
        async with self.stage.step(who, "takes it back") as step:
            await self._participants({"email": COLLEAGUE})
            await self._opens(self.door, COLLEAGUE)
            await self._stays_shut(self.door, LATECOMER)
            step.outcome = "the doors follow"

    async def _participants(self, *participants: Json) -> None:
        body = {"participants": list(participants)}
        await self.organiser.put(f"{self.url}/participants", body)

    async def move_to_another_room(self) -> None:
        body = {"room_id": self.rooms[1][1]}
        async with self.stage.step(f"{self.organiser.name}, employee", "moves it") as step:
            await self.organiser.post(f"{self.url}/move", body)
            await self._opens(self.other_door, ORGANISER, COLLEAGUE)
            await self._stays_shut(self.door, ORGANISER, COLLEAGUE)
            step.outcome = f"{self.rooms[1][0]} opens, {self.rooms[0][0]} does not"

    async def extend(self) -> None:
        ends_at = self.starts_at + timedelta(minutes=50)
        async with self.stage.step(f"{self.organiser.name}, employee", "extends it") as step:
            await self.organiser.post(f"{self.url}/extend", {"ends_at": ends_at.isoformat()})
            booking = await self.organiser.get(self.url)
            ends = datetime.fromisoformat(booking["ends_at"])
            must(ends == ends_at, f"an end at {ends_at}, got {ends}")
            step.outcome = "twenty minutes longer"

    async def hand_over(self) -> None:
        async with self.stage.step(f"{self.organiser.name}, employee", "hands it over") as step:
            await self.organiser.post(f"{self.url}/hand-over", {"email": COLLEAGUE}, expect=204)
            await self._stays_shut(self.other_door, ORGANISER)
            await self._opens(self.other_door, COLLEAGUE)
            step.outcome = f"{self.colleague.name}'s now; the old organiser's badge is refused"

    async def cancel(self) -> None:
        async with self.stage.step(f"{self.colleague.name}, employee", "cancels it") as step:
            await self.colleague.post(f"{self.url}/cancel", expect=204)
            await self._stays_shut(self.other_door, COLLEAGUE)
            step.outcome = "cancelled; nobody's badge opens the room"

    async def take_it_back(self) -> None:
        async with self.stage.step(f"{self.colleague.name}, employee", "restores it") as step:
            await self.colleague.post(f"{self.url}/restore")
            await self._opens(self.other_door, COLLEAGUE)
            await self.colleague.post(f"{self.url}/cancel", expect=204)
            await self._stays_shut(self.other_door, COLLEAGUE)
            step.outcome = "the badge opened the room again, until it was cancelled for good"
