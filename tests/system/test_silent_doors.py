"""Story D where a door is dead: nobody is missed behind it, on three processes and RabbitMQ."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from deploy.local.callers import Caller, Json
from deploy.local.day import Stage
from tests.support.eventually import eventually
from tests.support.processes import HANGS_AFTER

pytestmark = [pytest.mark.rabbit, HANGS_AFTER]

OPERATOR, EMPLOYEE = "hicham@ewane.example", "salma@atlas.example"
NAMES = {"fr": "Cellule", "ar": "غرفة", "en": "Cell"}
BEGUN = timedelta(seconds=50)


@dataclass
class Cell:
    """A room behind a controller of its own, which waits a minute for whoever has booked it."""

    stage: Stage
    url: str
    room_id: str
    controller: Caller
    booking_url: str = ""

    @classmethod
    async def built(cls, stage: Stage) -> "Cell":
        code, operator = f"CELL-{uuid4().hex[:6]}", stage.person(OPERATOR)
        access, rooms = f"{stage.at.access}/v1", f"{stage.at.booking}/v1/rooms"
        floor = stage.listed.zones["A1"]

        async def made(what: str, **body: object) -> Json:
            return await operator.post(f"{access}/{what}", {"code": code, **body}, expect=201)

        zone = await made("zones", parent_id=floor, kind="room", names=NAMES, is_bookable=True)
        controller = await made("controllers")
        ends = {"from_zone_id": floor, "to_zone_id": zone["zone_id"]}
        await made("doors", names=NAMES, controller_id=controller["controller_id"], **ends)
        body = {"code": code, "names": NAMES, "zone_id": zone["zone_id"], "capacity": 1}
        room = await operator.post(
            rooms, {**body, "release_after_minutes": 1}, expect=201, patient=True
        )
        room_id = room["room_id"]
        headers = {"X-Device-Key": controller["key"]}
        box = Caller(f"controller {code}", stage.client, headers)
        return cls(stage, f"{rooms}/{room_id}", room_id, box)

    async def beat(self) -> None:
        await self.controller.post(f"{self.stage.at.access}/v1/controllers/me/heartbeats")

    async def book(self) -> None:
        """From a little while ago on."""
        bookings = f"{self.stage.at.booking}/v1/bookings"
        starts_at = datetime.now(UTC) - BEGUN
        body = {"room_id": self.room_id, "starts_at": starts_at.isoformat(), "minutes": 20}
        made = await self.stage.person(EMPLOYEE).post(bookings, body, expect=201, patient=True)
        self.booking_url = f"{bookings}/{made['booking_id']}"

    async def status(self) -> str:
        found: str = (await self.stage.person(EMPLOYEE).get(self.booking_url))["status"]
        return found

    async def is_silent(self) -> bool:
        room = await self.stage.person(EMPLOYEE).get(self.url, patient=True)
        return room["doors_silent_since"] is not None


async def test_behind_a_silent_door_no_booking_is_given_up_until_it_is_heard_again(
    stage: Stage,
) -> None:
    dead, other = await Cell.built(stage), await Cell.built(stage)
    await dead.beat()
    await eventually(dead.is_silent, within=30)
    for cell in (dead, other):
        await cell.book()

    async def other_is_given_up() -> bool:
        return await other.status() == "released"

    await eventually(other_is_given_up, within=40)
    assert await dead.status() == "confirmed"
    await dead.beat()

    async def is_heard() -> bool:
        return not await dead.is_silent()

    await eventually(is_heard)
    assert await dead.status() == "confirmed"
