"""A room that is given on somebody's word, with coffee: asked for, approved, prepared."""

from datetime import UTC, datetime, timedelta

from deploy.local.callers import Json
from deploy.local.day.stage import Stage, must

EMPLOYEE = "lina@atlas.example"
STRANGER = "amina@sahel.example"
FACILITY_MANAGER = "youssef@ewane.example"
CODE = "SCENE"
ZONE = "B0-ZELLIGE"
NAMES = {"fr": "Scène du Zellige", "ar": "منصة الزليج", "en": "Zellige Stage"}
COFFEE = {"fr": "Café", "ar": "قهوة", "en": "Coffee"}


class ApprovalStory:
    """Nobody holds the stage, and no guest hears of it, before the facility manager says so."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.employee, self.stranger = stage.person(EMPLOYEE), stage.person(STRANGER)
        self.manager = stage.person(FACILITY_MANAGER)
        self.bookings = f"{stage.at.booking}/v1/bookings"
        self.starts_at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=4)
        self.url = ""

    async def play(self) -> None:
        await self.ask()
        await self.approve()

    async def ask(self) -> None:
        ends_at = self.starts_at + timedelta(hours=1)
        wish = {
            "room_id": await self._room_id(),
            "starts_at": self.starts_at.isoformat(),
            "ends_at": ends_at.isoformat(),
            "extras": [{"code": "coffee", "quantity": 20}],
        }
        who = f"{self.employee.name}, employee"
        async with self.stage.step(who, "asks for the stage, with coffee") as step:
            booking = await self.employee.post(self.bookings, wish, expect=201, once=True)
            self.url = f"{self.bookings}/{booking['booking_id']}"
            must(booking["status"] == "requested", f"requested, got {booking['status']}")
            await self.stranger.post(f"{self.url}/approve", {}, expect=404)
            step.outcome = "requested; to another company there is no such thing"

    async def approve(self) -> None:
        who = f"{self.manager.name}, facility manager"
        async with self.stage.step(who, "finds it and approves it") as step:
            waiting = self.manager.every(f"{self.bookings}/to-approve")
            must(self.url in [self._url_of(one) async for one in waiting], "it among requests")
            said = {"note": "Merci de laisser la scène libre."}
            booking = await self.manager.post(f"{self.url}/approve", said, once=True)
            must(booking["status"] == "confirmed", f"confirmed, got {booking['status']}")
            orders = self.manager.every(
                f"{self.stage.at.booking}/v1/extras", {"from": self.starts_at.isoformat()}
            )
            ordered = [one["quantity"] async for one in orders if self._url_of(one) == self.url]
            must(ordered == [20], f"coffee for twenty, got {ordered}")
            await self.employee.post(f"{self.url}/cancel", expect=204)
            step.outcome = "confirmed, and coffee for twenty to prepare, until it is cancelled"

    def _url_of(self, one: Json) -> str:
        return f"{self.bookings}/{one['booking_id']}"

    async def _room_id(self) -> str:
        """The stage, added the first time."""
        rooms = f"{self.stage.at.booking}/v1/rooms"
        async for room in self.manager.every(rooms, patient=True):
            if room["code"] == CODE:
                return str(room["room_id"])
        new = {
            "code": CODE,
            "names": NAMES,
            "zone_id": self.stage.listed.zones[ZONE],
            "capacity": 30,
            "approval": {"by": "facility_managers"},
            "extras": [{"code": "coffee", "names": COFFEE, "lead_minutes": 120}],
        }
        return str((await self.manager.post(rooms, new, expect=201))["room_id"])
