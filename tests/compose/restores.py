"""The compose stack is backed up; a service is set back while the others go on; then all agree.

By the scripts that operators use (docs/operations/restoring.md), seen through the gateway alone.
`RESTORED=visitors` sets that one back; else it is booking.
"""

import asyncio
import os
from datetime import UTC, datetime, timedelta

from deploy.local.callers import Caller, Json, until
from deploy.local.composed import main
from deploy.local.day.stage import Stage, must
from tests.compose.foreign import by_code

RESTORED = os.environ.get("RESTORED", "booking")
SALMA, KARIM, AMINA = "salma@atlas.example", "karim@atlas.example", "amina@sahel.example"
DESK_OF = {SALMA: "zineb@atlas.example", AMINA: "rachid@sahel.example"}
GUEST = {"name": "Camille Durand", "language": "fr"}
LOBBY, ROOM, ROOM_OF_THE_LOST = "B-LOBBY", "B1-THUYA", "A2-CEDRE"


class RestoreStory:
    """A booking from before, whose people come in the time that is lost; and one of that time."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.kept = self.lost = ""
        self.moment = ""

    async def play(self) -> None:
        async with self.stage.step("An operator", "backs everything up") as step:
            step.outcome = (await self._told("backup.sh")).splitlines()[-1]
        await self.before()
        await self.lost_time()
        await self.restore()
        await self.agree()

    async def before(self) -> None:
        async with self.stage.step("Before", "a room is booked with a guest") as step:
            self.kept = await self._book(SALMA, "THUYA", {"email": KARIM})
            await self._guest(SALMA, self.kept, "expected")
            await self._let_a_second_pass()
            step.outcome = f"until {self.moment}"

    async def _let_a_second_pass(self) -> None:
        """Operators tell a moment by the second."""
        moment = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)

        async def look() -> bool | None:
            return datetime.now(UTC) > moment or None

        await until(look, what="a second over")
        self.moment = f"{moment:%Y-%m-%d %H:%M:%S}"

    async def lost_time(self) -> None:
        stage, desk = self.stage, self._desk(SALMA)
        async with stage.step("In the time that is lost", "its people come") as step:
            visit = await self._guest(SALMA, self.kept, "expected")
            url = f"{stage.at.visitors}/v1/visits/{visit['visit_id']}"
            mail = await until(lambda: stage.mailbox("", desk, url), what="the guest's mail")
            await stage.pass_through(LOBBY, "in", {"kind": "qr", "text": mail.qr_text})
            await stage.pass_through(ROOM, "in", stage.badge(KARIM))
            await self._guest(SALMA, self.kept, "checked_in")
            await self._stands("checked_in")
            step.outcome = "guest and booking are checked in by the doors"
        async with stage.step("In the time that is lost", "another room is booked") as step:
            self.lost = await self._book(AMINA, "CEDRE")
            await stage.expect(ROOM_OF_THE_LOST, "in", stage.badge(AMINA), outcome="granted")
            await self._guest(AMINA, self.lost, "expected")
            step.outcome = "its door opens, its guest is expected"

    async def restore(self) -> None:
        async with self.stage.step("An operator", f"sets {RESTORED} back") as step:
            await self._told("restore.sh", RESTORED, self.moment)
            await self._told("rebuild.sh")
            step.outcome = "and rebuilds all three"

    async def agree(self) -> None:
        stage = self.stage
        async with stage.step("Everybody", "looks") as step:
            await self._stands("checked_in")
            await self._guest(SALMA, self.kept, "checked_in")
            await stage.expect(ROOM, "in", stage.badge(KARIM), outcome="granted")
            is_gone = RESTORED == "booking"
            outcome = "denied" if is_gone else "granted"
            await stage.expect(ROOM_OF_THE_LOST, "in", stage.badge(AMINA), outcome=outcome)
            await self._guest(AMINA, self.lost, "cancelled" if is_gone else "expected")
            step.outcome = "who came is known to have come; what is lost is lost everywhere"

    def _desk(self, organiser: str) -> Caller:
        return self.stage.person(DESK_OF[organiser])

    async def _book(self, who: str, room: str, *more: Json) -> str:
        starts_at = datetime.now(UTC)
        wish = {
            "room_id": self.stage.listed.rooms[room],
            "starts_at": starts_at.isoformat(),
            "ends_at": (starts_at + timedelta(hours=1)).isoformat(),
            "participants": [*more, {**GUEST, "email": f"{room.lower()}@visitor.example"}],
        }
        url = f"{self.stage.at.booking}/v1/bookings"
        made = await self.stage.person(who).post(url, wish, expect=201, once=True)
        return str(made["booking_id"])

    async def _guest(self, organiser: str, booking_id: str, status: str) -> Json:
        async def look() -> Json | None:
            url = f"{self.stage.at.visitors}/v1/visits"
            asked = self._desk(organiser).every(url, {"booking_id": booking_id}, patient=True)
            visits = [one async for one in asked]
            return next((one for one in visits if one["status"] == status), None)

        return await until(look, what=f"a guest who is {status}")

    async def _stands(self, status: str) -> None:
        async def look() -> bool | None:
            url = f"{self.stage.at.booking}/v1/bookings/{self.kept}"
            return (await self.stage.person(SALMA).get(url))["status"] == status or None

        await until(look, what=f"the booking {status}")

    async def _told(self, script: str, *words: str) -> str:
        """By an operator's script; a surprise where it fails."""
        run = await asyncio.create_subprocess_exec(
            *("sh", f"deploy/compose/{script}", *words),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await run.communicate()
        must(run.returncode == 0, f"{script} to succeed, got {out.decode()[-2000:]}")
        return out.decode()


async def play(stage: Stage) -> None:
    """As `main` wants it."""
    await RestoreStory(stage).play()


if __name__ == "__main__":
    main(by_code, story=play)
