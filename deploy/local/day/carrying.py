"""A booking of another day that carries its guests along, wherever it goes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from secrets import token_hex

from deploy.local.callers import Json, until
from deploy.local.day.stage import Rooms, Stage, must

ORGANISER = "karim@atlas.example"
RECEPTIONIST = "zineb@atlas.example"
NEIGHBOUR = "amina@sahel.example"
LOBBY = "A-LOBBY"
AHEAD = timedelta(days=3)
HOUR = timedelta(hours=1)


class CarryingStory:
    """Story C: guests become visits; moving, changing room, cancelling carries them along."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.organiser, self.desk = stage.person(ORGANISER), stage.person(RECEPTIONIST)
        self.guest = f"guest-{token_hex(4)}@visitor.example"
        self.starts_at = datetime.now(UTC).replace(microsecond=0) + AHEAD
        self.rooms: Rooms = []
        self.url = ""

    @property
    def who(self) -> str:
        return f"{self.organiser.name}, employee"

    @property
    def visits_url(self) -> str:
        return f"{self.stage.at.visitors}/v1/visits"

    async def play(self) -> None:
        await self.book()
        await self.meet_the_neighbour()
        await self.move()
        await self.change_the_room()
        await self.change_the_guest()
        await self.cancel()
        await self.restore()

    async def book(self) -> None:
        whole = self._window(hours=2)
        self.rooms = await self.stage.free_rooms(self.organiser, people=3, window=whole)
        must(len(self.rooms) > 1, "two free rooms in three days")
        body = {
            "room_id": self.rooms[0][1],
            **self._window(),
            "participants": [
                {"email": self.guest, "name": "Camille Durand", "language": "fr"},
                {"email": NEIGHBOUR},
            ],
        }
        what = "books for a guest and somebody from next door"
        async with self.stage.step(self.who, what) as step:
            bookings = f"{self.stage.at.booking}/v1/bookings"
            booking = await self.organiser.post(bookings, body, expect=201, once=True)
            self.url = f"{bookings}/{booking['booking_id']}"
            visit = await self._visit(lambda one: one["status"] == "expected")
            must(visit["guest_id"] == booking["participants"][0]["guest_id"], "the guest's visit")
            await until(lambda: self._told(visit, "invitation"), what="an invitation sent")
            await self._guest_is_shown("expected")
            step.outcome = "the guest is expected, and invited by mail"

    async def meet_the_neighbour(self) -> None:
        neighbour = self.stage.person(NEIGHBOUR)
        async with self.stage.step(f"{neighbour.name}, from next door", "looks") as step:
            booking = await neighbour.get(self.url, patient=True)
            must(booking["is_mine"] is False, "a booking that she takes part in")
            shown = (await self.organiser.get(self.url))["participants"]
            must({one["kind"] for one in shown} == {"guest"}, "two guests, as they were typed")
            visits = [one async for one in self.desk.every(self.visits_url, self._of_booking())]
            must(len(visits) == 1, "one visit: who works in the park needs none")
            step.outcome = "it is among her bookings; to the organiser she is as typed"

    async def move(self) -> None:
        self.starts_at += HOUR
        async with self.stage.step(self.who, "moves it by an hour") as step:
            moved = {"starts_at": self.starts_at.isoformat()}
            await self.organiser.post(f"{self.url}/move", moved)
            visit = await self._visit(self._begins_then)
            await until(lambda: self._told(visit, "update"), what="the new time sent")
            step.outcome = "the visit moves along; the guest is told"

    async def change_the_room(self) -> None:
        code, room_id, _ = self.rooms[1]
        async with self.stage.step(self.who, f"takes {code} instead") as step:
            booking = await self.organiser.post(f"{self.url}/move", {"room_id": room_id})
            zone_id = booking["zone_id"]
            await self._visit(lambda visit: zone_id in visit["zone_ids"])
            step.outcome = "the guest's pass will open its door"

    async def change_the_guest(self) -> None:
        former = await self._visit(lambda one: one["status"] == "expected")
        self.guest = f"guest-{token_hex(4)}@visitor.example"
        async with self.stage.step(self.who, "invites another guest instead") as step:
            invited = [{"email": self.guest, "name": "Yassine Amrani", "language": "fr"}]
            await self.organiser.put(f"{self.url}/participants", {"participants": invited})
            await self._visit(lambda one: one["visitor"]["email"] == self.guest)
            await until(lambda: self._told(former, "cancellation"), what="a cancellation sent")
            step.outcome = "one is expected, the other told not to come"

    async def cancel(self) -> None:
        visit = await self._visit(lambda one: one["status"] == "expected")
        mail = await until(
            lambda: self.stage.mailbox(self.guest, self.desk, self._url_of(visit)),
            what=f"a mail to {self.guest} with a QR code and an appointment",
        )
        async with self.stage.step(self.who, "cancels the booking") as step:
            await self.organiser.post(f"{self.url}/cancel", expect=204)
            await until(lambda: self._told(visit, "cancellation"), what="a cancellation sent")
            read = {"kind": "qr", "text": mail.qr_text}
            await self.stage.expect(LOBBY, "in", read, outcome="denied", reason="pass_ended")
            await self._guest_is_shown("cancelled")
            step.outcome = "the visit is called off; the pass opens nothing"

    async def restore(self) -> None:
        async with self.stage.step(self.who, "takes that back") as step:
            await self.organiser.post(f"{self.url}/restore")
            await self._visit(lambda one: one["status"] == "expected")
            await self._guest_is_shown("expected")
            await self.organiser.post(f"{self.url}/cancel", expect=204)
            step.outcome = "the guest was expected again, until it was cancelled for good"

    def _window(self, *, hours: int = 1) -> dict[str, str]:
        ends_at = self.starts_at + hours * HOUR
        return {"starts_at": self.starts_at.isoformat(), "ends_at": ends_at.isoformat()}

    def _of_booking(self) -> dict[str, str]:
        return {"booking_id": self.url.rpartition("/")[2]}

    def _url_of(self, visit: Json) -> str:
        return f"{self.visits_url}/{visit['visit_id']}"

    def _begins_then(self, visit: Json) -> bool:
        return datetime.fromisoformat(visit["starts_at"]) == self.starts_at

    async def _visit(self, is_it: Callable[[Json], bool]) -> Json:
        """The booking's visit that is so, once there is one."""

        async def look() -> Json | None:
            visits = self.desk.every(self.visits_url, self._of_booking(), patient=True)
            return next((one for one in [one async for one in visits] if is_it(one)), None)

        return await until(look, what="a visit that follows the booking")

    async def _told(self, visit: Json, kind: str) -> bool | None:
        notices = (await self.desk.get(f"{self._url_of(visit)}/notices"))["items"]
        sent = [one for one in notices if one["kind"] == kind and one["status"] == "sent"]
        return True if sent else None

    async def _guest_is_shown(self, status: str) -> None:
        async def look() -> bool | None:
            shown = (await self.organiser.get(self.url))["participants"][0]
            return True if shown["visit_status"] == status else None

        await until(look, what=f"the guest shown as {status}")
