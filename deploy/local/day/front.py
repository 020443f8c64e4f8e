"""The desk's busy hour: somebody unexpected, a list of guests, a scan, and things set right."""

from datetime import UTC, datetime, timedelta
from secrets import token_hex

from deploy.local.callers import Json, until
from deploy.local.day.guest import LOBBY, ORGANISER, OTHER_DESK, RECEPTIONIST
from deploy.local.day.stage import Stage, must


class FrontStory:
    """Story A at the desk: walk-in, many at once, found by sound, scanned, undone."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.host = stage.person(ORGANISER)
        self.desk = stage.person(RECEPTIONIST)
        self.who = f"{self.desk.name}, desk"
        self.mark = token_hex(3)
        self.address = f"anouar-{self.mark}@visitor.example"
        self.visit: Json = {}
        self.board: Json = {}

    @property
    def visit_url(self) -> str:
        return self.url(f"visits/{self.visit['visit_id']}")

    async def play(self) -> None:
        await self.look_at_the_day()
        await self.receive_a_walk_in()
        await self.invite_a_list()
        await self.find_by_sound()
        await self.scan_and_admit()
        await self.set_right()
        await self.see_off()

    def url(self, path: str) -> str:
        return f"{self.stage.at.visitors}/v1/{path}"

    async def look_at_the_day(self) -> None:
        async with self.stage.step(self.who, "looks at the board") as step:
            self.board = await self.desk.get(self.url("desk/board"))
            counts = self.board["counts"]
            step.outcome = ", ".join(f"{count} {each}" for each, count in counts.items()) or "empty"

    async def receive_a_walk_in(self) -> None:
        async with self.stage.step(self.who, "receives somebody unexpected, three fields") as step:
            host_id = self.stage.listed.people[ORGANISER]
            body = {"visitor": {"given_name": "Jean", "family_name": "Martin"}, "host_id": host_id}
            made = await self.desk.post(self.url("desk/walk-ins"), body, expect=201, once=True)
            must(made["visit"]["status"] == "checked_in", f"checked in, got {made}")
            step.outcome = "checked in, the host is told"
        async with self.stage.step(self.who, "sees on the board what is new") as step:
            since = {"since": self.board["sync"]}
            self.board = await self.desk.get(self.url("desk/board"), since)
            names = [each["visitor_name"] for each in self.board["items"]]
            must("Jean Martin" in names, f"the walk-in on the board, got {names}")
            step.outcome = f"{len(names)} new"

    async def invite_a_list(self) -> None:
        starts_at = datetime.now(UTC)
        lines = f"أنور الشرقاوي <{self.address}>\nx@\nLeïla Amrani"
        body = {
            "text": lines,
            "starts_at": starts_at.isoformat(),
            "ends_at": (starts_at + timedelta(minutes=30)).isoformat(),
        }
        async with self.stage.step(f"{self.host.name}, host", "pastes three lines") as step:
            found = await self.host.post(self.url("invitations"), body, once=True)
            must((found["done"], found["refused"]) == (2, 1), f"two invited, got {found}")
            self.visit = {"visit_id": found["items"][0]["visit_id"]}
            step.outcome = f"{found['done']} invited, {found['refused']} refused with the reason"

    async def find_by_sound(self) -> None:
        for typed in ("cherk", "شرق", "Sharqawi"):
            async with self.stage.step(self.who, f"types “{typed}”") as step:
                found = await self.desk.get(self.url("desk/search"), {"q": typed})
                names = {each["display_name"] for each in map(_shown, found["items"])}
                must("أنور الشرقاوي" in names, f"أنور الشرقاوي, got {names}")
                step.outcome = f"finds أنور الشرقاوي among {len(names)}"

    async def scan_and_admit(self) -> None:
        mail = await until(
            lambda: self.stage.mailbox(self.address, self.desk, self.visit_url),
            what=f"a mail to {self.address}",
        )
        async with self.stage.step(self.who, "scans the QR code of the invitation") as step:
            text = {"text": mail.qr_text}
            found = await self.desk.post(self.url("desk/scan"), text)
            self.visit = found["visits"][0]
            must(found["next_action"] == "check_in", f"check in, got {found['next_action']}")
            step.outcome = f"{found['kind']}: {found['next_action']}"
        other = self.stage.person(OTHER_DESK)
        async with self.stage.step(f"{other.name}, another company's desk", "scans it too") as step:
            await other.post(self.url("desk/scan"), {"text": mail.qr_text}, expect=404)
            step.outcome = "404, as if there were no such pass"
        async with self.stage.step(self.who, "checks the visitor in") as step:
            await self._do("check-in", status="checked_in")
            await self.stage.expect(LOBBY, "in", _qr(mail.qr_text), outcome="granted")
            step.outcome = "second request; the pass is live at the door"

    async def set_right(self) -> None:
        async with self.stage.step(self.who, "undoes it, and checks in again") as step:
            await self._do("undo-check-in", status="expected")
            await self._do("check-in", status="checked_in")
            step.outcome = "checked in"
        async with self.stage.step(self.who, "checks out the wrong one, and undoes it") as step:
            await self._do("check-out", status="checked_out")
            await self._do("undo-check-out", status="checked_in")
            step.outcome = "checked in, the pass restored"

    async def see_off(self) -> None:
        async with self.stage.step(self.who, "checks out everybody of the host at once") as step:
            body = {"action": "check_out", "visit_ids": [self.visit["visit_id"]]}
            found = await self.desk.post(self.url("desk/batch"), body)
            must(found["done"] == 1, f"one done, got {found}")
            step.outcome = f"{found['done']} done"
        async with self.stage.step(self.who, "reads what happened to the visit") as step:
            steps = await self.desk.get(f"{self.visit_url}/steps")
            taken = [each["step"] for each in steps["items"]]
            must(taken[-1] == "check_out" and "undo_check_out" in taken, f"all steps, got {taken}")
            step.outcome = f"{len(taken)} steps, each with who and when"

    async def _do(self, action: str, *, status: str) -> None:
        done = await self.desk.post(f"{self.visit_url}/{action}", {}, once=True)
        must(done["status"] == status, f"{status}, got {done['status']}")


def _shown(item: Json) -> Json:
    shown: Json = item.get("visit", item)
    return shown


def _qr(text: str) -> Json:
    return {"kind": "qr", "text": text}
