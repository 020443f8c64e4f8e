"""A visit without a booking, at a company whose desk admits its visitors itself."""

from datetime import UTC, datetime, timedelta
from secrets import token_hex

from deploy.local.callers import Json, until
from deploy.local.day.stage import Stage, must

HOST = "amina@sahel.example"
DESK = "rachid@sahel.example"
LOBBY = "A-LOBBY"


class DeskStory:
    """Story A where the policy says `admits: desk_first`; and a visit that is called off."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.host = stage.person(HOST)
        self.desk = stage.person(DESK)
        self.pass_read: Json = {}
        self.visit_url = ""

    async def play(self) -> None:
        await self.invite(f"visitor-{token_hex(4)}@visitor.example")
        await self.be_admitted_by_the_desk()
        await self.invite(f"visitor-{token_hex(4)}@visitor.example")
        await self.be_called_off()

    async def invite(self, address: str) -> None:
        now = datetime.now(UTC)
        body = {
            "visitor": {
                "given_name": "Yassine",
                "family_name": "Amrani",
                "company": "Cabinet Amrani (exemple)",
                "email": address,
                "language": "fr",
            },
            "starts_at": now.isoformat(),
            "ends_at": (now + timedelta(hours=1)).isoformat(),
        }
        async with self.stage.step(f"{self.host.name}, host", "invites a visitor") as step:
            url = f"{self.stage.at.visitors}/v1/visits"
            visit = await self.host.post(url, body, expect=201, once=True, patient=True)
            self.visit_url = f"{url}/{visit['visit_id']}"
            mail = await until(
                lambda: self.stage.mailbox(address, self.desk, self.visit_url),
                what=f"a mail to {address} with a QR code and an appointment",
            )
            self.pass_read = {"kind": "qr", "text": mail.qr_text}
            step.outcome = "expected; the mail with the pass is there"

    async def be_admitted_by_the_desk(self) -> None:
        stage = self.stage
        async with stage.step("The visitor", "tries the lobby before the desk") as step:
            await stage.expect(
                LOBBY, "in", self.pass_read, outcome="denied", reason="not_checked_in"
            )
            step.outcome = "denied (not_checked_in)"
        async with stage.step(f"{self.desk.name}, desk", "checks the visitor in") as step:
            await self.desk.post(f"{self.visit_url}/check-in", {})
            await stage.pass_through(LOBBY, "in", self.pass_read)
            step.outcome = "checked in; the lobby door opens"
        async with stage.step(f"{self.desk.name}, desk", "checks the visitor out") as step:
            await self.desk.post(f"{self.visit_url}/check-out", {})
            await stage.expect(LOBBY, "in", self.pass_read, outcome="denied", reason="pass_ended")
            step.outcome = "checked out; the pass opens no way in"
        async with stage.step("The visitor", "still finds the way out") as step:
            decision = await stage.pass_through(LOBBY, "out", self.pass_read)
            step.outcome = f"granted ({decision['reason']})"

    async def be_called_off(self) -> None:
        async with self.stage.step(f"{self.host.name}, host", "cancels the visit") as step:
            visit = await self.host.get(self.visit_url)
            must(visit["status"] == "expected", f"expected, got {visit['status']}")
            await self.host.post(f"{self.visit_url}/cancel", {})
            await self.stage.expect(
                LOBBY, "in", self.pass_read, outcome="denied", reason="pass_ended"
            )
            step.outcome = "cancelled; the pass opens nothing"
