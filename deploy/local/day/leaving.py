"""Somebody leaves their company: doors and tokens at once, what they had there soon after."""

import random
from datetime import UTC, datetime, timedelta
from secrets import token_hex

from deploy.local.callers import Caller, Json, until
from deploy.local.day.stage import Stage, must
from deploy.local.park import Employee
from deploy.local.wiegand import h10301

ADMIN = "omar@atlas.example"
SUCCESSOR = "karim@atlas.example"
DESK = "zineb@atlas.example"
LOBBY = "A-LOBBY"
AHEAD = timedelta(days=5)


class LeavingStory:
    """Story E, with somebody who began to work there only for it."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.admin, self.desk = stage.person(ADMIN), stage.person(DESK)
        self._be_somebody_else("Samir")
        self.url = self.booking_url = self.visit_url = ""

    def _be_somebody_else(self, given_name: str) -> None:
        company = self.stage.listed.park.employee(ADMIN).tenant
        address = f"{given_name.lower()}-{token_hex(4)}@atlas.example"
        badge = random.randrange(10_000, 60_000)  # noqa: S311 - a card's number is no secret
        self.leaver = Employee(given_name, "Naciri", company, address, "fr", badge)
        bearer = {"Authorization": f"Bearer {self.stage.tokens(self.leaver)}"}
        headers = {**bearer, "Accept-Language": "en"}
        self.person = Caller(self.leaver.display_name, self.stage.client, headers)

    async def play(self) -> None:
        await self.begin()
        await self.leave()
        await self.see_what_became_of_it()
        await self.leave_a_booking_to_somebody()

    @property
    def badge(self) -> Json:
        bits = h10301(facility=self.stage.listed.park.facility, number=self.leaver.badge)
        return {"kind": "card", "bits": bits}

    async def begin(self) -> None:
        stage = self.stage
        async with stage.step(f"{self.admin.name}, admin", "lists a new colleague") as step:
            await self._be_listed()
            card = {"facility": stage.listed.park.facility, "number": self.leaver.badge}
            await self.admin.post(f"{self.url}/badges", card, expect=201)
            await stage.expect(LOBBY, "in", self.badge, outcome="granted")
            await self._book()
            await self._invite()
            step.outcome = "who books a room for next week, and invites a visitor"

    async def _be_listed(self) -> None:
        people = f"{self.stage.at.access}/v1/people"
        person = {
            "tenant_id": self.stage.listed.tenants[self.leaver.tenant],
            "given_name": self.leaver.given_name,
            "family_name": self.leaver.family_name,
            "email": self.leaver.email,
        }
        listed = await self.admin.post(people, person, expect=201)
        self.url = f"{people}/{listed['person_id']}"

    async def _book(self) -> None:
        window = self._window()
        rooms = await self.stage.free_rooms(self.person, people=2, window=window)
        url = f"{self.stage.at.booking}/v1/bookings"
        booking = await self.person.post(url, {"room_id": rooms[0][1], **window}, expect=201)
        self.booking_url = f"{url}/{booking['booking_id']}"

    async def _invite(self) -> None:
        body = {
            "visitor": {
                "given_name": "Yassine",
                "family_name": "Amrani",
                "email": f"visitor-{token_hex(4)}@visitor.example",
                "language": "fr",
            },
            **self._window(),
        }
        url = f"{self.stage.at.visitors}/v1/visits"
        visit = await self.person.post(url, body, expect=201, patient=True)
        self.visit_url = f"{url}/{visit['visit_id']}"

    def _window(self) -> dict[str, str]:
        starts_at = datetime.now(UTC) + AHEAD
        ends_at = starts_at + timedelta(minutes=30)
        return {"starts_at": starts_at.isoformat(), "ends_at": ends_at.isoformat()}

    async def leave(self) -> None:
        stage = self.stage
        async with stage.step(f"{self.admin.name}, admin", "delists the colleague again") as step:
            await self.admin.post(f"{self.url}/delist", {"reason": "left"}, expect=204)
            decision = await stage.read(LOBBY, "in", self.badge)
            must(decision["outcome"] == "denied", f"denied at once, got {decision['outcome']}")
            await self.person.get(f"{stage.at.access}/v1/me", expect=401)
            step.outcome = f"badge denied ({decision['reason']}) and token refused, at once"

    async def see_what_became_of_it(self) -> None:
        stage = self.stage
        async with stage.step(f"{self.admin.name}, admin", "sees what became of it") as step:
            departure = await until(self._complete_departure, what="both services' answers")
            said = {answer["service"]: answer["counts"] for answer in departure["answers"]}
            must(said["booking"]["bookings_cancelled"] == 1, "one booking cancelled")
            must(said["visitors"]["visits_to_desk"] == 1, "one visit at the desk")
            await self.person.get(self.booking_url, expect=401)
            await self.person.get(self.visit_url, expect=401)
            step.outcome = "the booking is cancelled, the visit waits at the desk"
        async with stage.step(f"{self.desk.name}, desk", "names another host") as step:
            needing = {"needs_host": "true"}
            url = self.visit_url.rpartition("/")[0]
            waiting = [f"{url}/{each['visit_id']}" async for each in self.desk.every(url, needing)]
            must(self.visit_url in waiting, "the visit among those that need a host")
            host_id = stage.listed.people[ADMIN]
            visit = await self.desk.post(f"{self.visit_url}/host", {"host_id": host_id})
            must(visit["host_id"] == host_id, f"the host {host_id}, got {visit['host_id']}")
            step.outcome = f"{self.admin.name} receives the visitor"

    async def leave_a_booking_to_somebody(self) -> None:
        """Another newcomer, who leaves a successor."""
        stage, successor = self.stage, self.stage.person(SUCCESSOR)
        self._be_somebody_else("Nadir")
        async with stage.step(f"{self.admin.name}, admin", "delists one with a successor") as step:
            await self._be_listed()
            await self._book()
            leaves = {"reason": "left", "successor_id": stage.listed.people[SUCCESSOR]}
            await self.admin.post(f"{self.url}/delist", leaves, expect=204)
            departure = await until(self._complete_departure, what="both services' answers")
            said = {answer["service"]: answer["counts"] for answer in departure["answers"]}
            must(said["booking"]["bookings_handed_over"] == 1, "one booking handed over")
            booking = await successor.get(self.booking_url)
            must(booking["is_mine"], f"{successor.name} as its organiser")
            await successor.post(f"{self.booking_url}/cancel", expect=204)
            step.outcome = f"the booking is {successor.name}'s now, who cancels it"

    async def _complete_departure(self) -> Json | None:
        departure = await self.admin.get(f"{self.url}/departure")
        return departure if departure["is_complete"] else None
