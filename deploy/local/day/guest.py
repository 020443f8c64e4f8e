"""A booking with a colleague and a guest, from the search for a room to the guest's leaving."""

from datetime import UTC, datetime, timedelta
from secrets import token_hex

from deploy.local.callers import Json, until
from deploy.local.day.stage import Stage, must
from deploy.local.wiegand import h10301

ORGANISER = "salma@atlas.example"
COLLEAGUE = "karim@atlas.example"
RECEPTIONIST = "zineb@atlas.example"
SECURITY = "nadia@ewane.example"
STRANGER = "amina@sahel.example"
OTHER_DESK = "rachid@sahel.example"
LOBBY = "A-LOBBY"


class GuestStory:
    """Stories A and B in one: the guest of a booking, and the booking that opens its door."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.guest = f"guest-{token_hex(4)}@visitor.example"
        self.organiser = stage.person(ORGANISER)
        self.receptionist = stage.person(RECEPTIONIST)
        self.security = stage.person(SECURITY)
        self.booking: Json = {}
        self.visit: Json = {}
        self.pass_read: Json = {}
        self.room_door = ""
        self.granted: list[str] = []

    async def play(self) -> None:
        await self.book()
        await self.become_a_visit()
        await self.open_the_mail()
        await self.come_in()
        await self.meet()
        await self.keep_strangers_out()
        await self.look_it_up()
        await self.leave()
        await self.give_the_room_back()

    @property
    def visit_url(self) -> str:
        return f"{self.stage.at.visitors}/v1/visits/{self.visit['visit_id']}"

    @property
    def booking_url(self) -> str:
        return f"{self.stage.at.booking}/v1/bookings/{self.booking['booking_id']}"

    async def book(self) -> None:
        starts_at = datetime.now(UTC)
        window = {
            "starts_at": starts_at.isoformat(),
            "ends_at": (starts_at + timedelta(minutes=45)).isoformat(),
        }
        who = f"{self.organiser.name}, employee"
        async with self.stage.step(who, "looks for a free room for three with a screen") as step:
            free = await self.stage.free_rooms(self.organiser, people=3, window=window)
            must(len(free) > 0, "a free room; all are taken for now")
            room, room_id, self.room_door = free[0]
            step.outcome = f"{len(free)} free: {', '.join(code for code, _, _ in free)}"
        participants = [
            {"email": COLLEAGUE},
            {"email": self.guest, "name": "Camille Durand", "language": "fr"},
        ]
        body = {
            "room_id": room_id,
            **window,
            "title": "Revue de projet",
            "participants": participants,
        }
        async with self.stage.step(who, f"books {room} with a colleague and a guest") as step:
            url = f"{self.stage.at.booking}/v1/bookings"
            self.booking = await self.organiser.post(url, body, expect=201, once=True)
            must(self.booking["status"] == "confirmed", "a confirmed booking")
            kinds = sorted(one["kind"] for one in self.booking["participants"])
            must(kinds == ["guest", "person"], f"one person and one guest, got {kinds}")
            step.outcome = "confirmed"

    async def become_a_visit(self) -> None:
        async def look() -> Json | None:
            url = f"{self.stage.at.visitors}/v1/visits"
            of_booking = {"booking_id": self.booking["booking_id"]}
            found = await self.receptionist.get(url, of_booking, patient=True)
            return found["items"][0] if found["items"] else None

        async with self.stage.step(f"{self.receptionist.name}, desk", "sees the guest") as step:
            self.visit = await until(look, what="a visit for the booking's guest")
            must(self.visit["status"] == "expected", f"expected, got {self.visit['status']}")
            step.outcome = "expected"
        other = self.stage.person(OTHER_DESK)
        async with self.stage.step(f"{other.name}, another company's desk", "asks too") as step:
            await other.get(self.visit_url, expect=404)
            step.outcome = "404, as if there were no such visit"

    async def open_the_mail(self) -> None:
        async with self.stage.step("Camille Durand, guest", "opens the invitation") as step:
            mail = await until(
                lambda: self.stage.mailbox(self.guest, self.receptionist, self.visit_url),
                what=f"a mail to {self.guest} with a QR code and an appointment",
            )
            must("BEGIN:VEVENT" in mail.calendar, "a calendar invitation")
            self.pass_read = {"kind": "qr", "text": mail.qr_text}
            step.outcome = f"QR code and appointment: {mail.subject}"

    async def come_in(self) -> None:
        stage = self.stage
        async with stage.step(
            "Controller CTRL-A", "reads the guest's QR code at the lobby"
        ) as step:
            decision = await stage.pass_through(LOBBY, "in", self.pass_read)
            self.granted.append(decision["decision_id"])
            step.outcome = f"granted ({decision['reason']}), door opened for guest"
        async with stage.step("Camille Durand, guest", "is checked in by the door") as step:
            await until(lambda: self._visit_is("checked_in"), what="the visit checked in")
            must(self.visit["how"] == "door", f"by the door, got {self.visit['how']}")
            step.outcome = "checked in"
        async with stage.step(f"{self.organiser.name}, host", "is told") as step:
            await until(self._host_is_told, what="a notice to the host")
            step.outcome = "notified by mail"
        async with stage.step("Somebody", "tries a copy of the same QR code") as step:
            await stage.expect(
                LOBBY, "in", self.pass_read, outcome="denied", reason="pass_already_inside"
            )
            step.outcome = "denied (pass_already_inside)"

    async def _visit_is(self, status: str) -> bool | None:
        self.visit = await self.receptionist.get(self.visit_url)
        return True if self.visit["status"] == status else None

    async def _booking_is(self, status: str) -> bool | None:
        self.booking = await self.organiser.get(self.booking_url)
        return True if self.booking["status"] == status else None

    async def _host_is_told(self) -> bool | None:
        notices = await self.receptionist.get(f"{self.visit_url}/notices")
        told = [one for one in notices["items"] if one["kind"] == "host_told"]
        return True if told and told[0]["status"] == "sent" else None

    async def meet(self) -> None:
        stage = self.stage
        who = f"{self.organiser.name}'s badge"
        async with stage.step(who, "as 26 raw bits at the room's door") as step:
            decision = await stage.pass_through(self.room_door, "in", stage.badge(ORGANISER))
            self.granted.append(decision["decision_id"])
            step.outcome = f"granted ({decision['reason']})"
        async with stage.step(f"{self.organiser.name}, employee", "sees the booking") as step:
            await until(lambda: self._booking_is("checked_in"), what="the booking checked in")
            step.outcome = "checked in by the passage"
        async with stage.step("Colleague and guest", "follow into the room") as step:
            await stage.pass_through(self.room_door, "in", stage.badge(COLLEAGUE))
            await stage.pass_through(self.room_door, "in", self.pass_read)
            step.outcome = "granted twice"

    async def keep_strangers_out(self) -> None:
        stage = self.stage
        async with stage.step("A stranger's badge", "tries the room's door") as step:
            decision = await stage.read(self.room_door, "in", stage.badge(STRANGER))
            must(decision["outcome"] == "denied", f"denied, got {decision}")
            must(decision["reason"] == "no_right", f"no_right, got {decision['reason']}")
            step.outcome = "denied (no_right)"
        async with stage.step("An unknown card", "tries the room's door") as step:
            card = {"kind": "card", "bits": h10301(facility=250, number=65000)}
            decision = await stage.read(self.room_door, "in", card)
            is_denied = decision["outcome"] == "denied"
            must(
                is_denied and decision["reason"] == "unknown_credential", f"denied, got {decision}"
            )
            step.outcome = "denied (unknown_credential)"

    async def look_it_up(self) -> None:
        url = f"{self.stage.at.access}/v1/journal"
        who = f"{self.security.name}, security"
        async with self.stage.step(who, "searches the journal for the guest") as step:
            visit_id = self.visit["visit_id"]
            found = (await self.security.get(url, {"visit_id": visit_id, "limit": 100}))["items"]
            ids = {entry["decision_id"] for entry in found}
            must(self.granted[0] in ids, "the guest's entry in the journal")
            step.outcome = f"{len(found)} entries"
        async with self.stage.step(who, "searches it for the room's door") as step:
            door_id = self.stage.listed.doors[self.room_door]["door_id"]
            found = (await self.security.get(url, {"door_id": door_id, "limit": 100}))["items"]
            must(self.granted[1] in {entry["decision_id"] for entry in found}, "the passage")
            must("no_right" in {entry["reason"] for entry in found}, "the stranger's denial")
            step.outcome = f"{len(found)} entries, the denial with its reason"

    async def leave(self) -> None:
        stage = self.stage
        async with stage.step("Camille Durand, guest", "leaves by the lobby") as step:
            await stage.pass_through(self.room_door, "out", self.pass_read)
            decision = await stage.pass_through(LOBBY, "out", self.pass_read)
            await until(lambda: self._visit_is("checked_out"), what="the visit checked out")
            step.outcome = f"granted ({decision['reason']}), checked out"
        async with stage.step("The pass", "is tried again at the lobby") as step:
            await stage.expect(LOBBY, "in", self.pass_read, outcome="denied", reason="pass_ended")
            step.outcome = "denied (pass_ended)"

    async def give_the_room_back(self) -> None:
        stage = self.stage
        async with stage.step(f"{self.organiser.name}, employee", "ends the booking") as step:
            await self.organiser.post(f"{self.booking_url}/end-early")
            await stage.expect(self.room_door, "in", stage.badge(ORGANISER), outcome="denied")
            step.outcome = "ended; the badge opens the room no more"
