"""What may happen to one visit at the same moment: what people ask, what doors and bookings say."""

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx

from services.visitors.links.domain import Link, Purpose
from services.visitors.surroundings import surroundings_of
from shared.errors import TryLater
from shared.events.access import Boundary
from shared.events.base import Event
from shared.events.booking import (
    BookingCancelled,
    BookingConfirmed,
    BookingFacts,
    BookingRescheduled,
    BookingStatus,
)
from shared.events.directory import DelistingReason, PersonDelisted, PersonListed, TenantListed
from tests.visitors.park import (
    BADR,
    DESK,
    ELEVEN,
    FATIMA,
    NINE,
    PARK_DESK,
    TEN,
    Park,
    a_guest,
    a_person,
    a_tenant,
    heard,
)

AT_THE_GATE = NINE + timedelta(minutes=10)


@dataclass
class Meeting:
    """One visit on which two meet."""

    park: Park
    visit: dict[str, Any]
    booking: BookingFacts | None
    host: str
    double: dict[str, Any]
    """A visit of somebody who turns out to be the same visitor."""
    sequence: int = 10
    in_vain: list[str] = field(default_factory=list)
    """What had to be tried again."""

    @property
    def visit_id(self) -> UUID:
        return UUID(self.visit["visit_id"])

    async def hear(self, event: Event) -> None:
        """As the inbox does: what finds the database busy is tried again."""
        for _ in range(20):
            try:
                return await self.park.hear(event)
            except TryLater:
                self.in_vain.append(f"busy: {event.name}")
        raise AssertionError(f"{event.name} never came through")


Act = Callable[[Meeting], Awaitable[httpx.Response | None]]


def asked(action: str, *, by: str | None = DESK, roles: tuple[str, ...] = (), **body: Any) -> Act:
    async def act(met: Meeting) -> httpx.Response:
        url = f"/v1/visits/{met.visit_id}/{action}"
        return await met.park.http.post(
            url, json=body, headers=met.park.as_(by or met.host, *roles)
        )

    return act


def passed(boundary: Boundary, *, minutes: int) -> Act:
    async def act(met: Meeting) -> None:
        at = AT_THE_GATE + timedelta(minutes=minutes)
        passage = met.park.a_passage(met.visit, boundary, at=at)
        await met.hear(passage)
        await met.hear(passage)

    return act


def booked(kind: type[Any], **changes: Any) -> Act:
    async def act(met: Meeting) -> None:
        if met.booking is None:
            return
        met.sequence += 1
        booking = met.booking.model_copy(update=changes)
        await met.hear(heard(kind(booking=booking), sequence=met.sequence))

    return act


def together(action: str) -> Act:
    async def act(met: Meeting) -> httpx.Response:
        return await met.park.http.post(
            "/v1/desk/batch",
            json={"action": action, "visit_ids": [met.double["visit_id"], str(met.visit_id)]},
            headers=met.park.as_(PARK_DESK),
        )

    return act


async def merged(met: Meeting) -> httpx.Response:
    return await met.park.http.post(
        f"/v1/visitors/{met.visit['visitor']['visitor_id']}/merge",
        json={"into": met.double["visitor"]["visitor_id"]},
        headers=met.park.as_(DESK) | {"if-match": "*"},
    )


async def described(met: Meeting) -> httpx.Response:
    wish: dict[str, Any] = {"plate": "12345-A-6", "co_host_ids": [str(met.park.person_id(BADR))]}
    if met.booking is None:
        name = {"given_name": "Camila", "family_name": "Durand"}
        wish |= {"zone_ids": None, "visitor": name}
    url = f"/v1/visits/{met.visit_id}"
    return await met.park.http.patch(url, json=wish, headers=met.park.as_(met.host))


async def delisted(met: Meeting) -> None:
    facts = met.park.people[met.host].model_copy(
        update={"is_listed": False, "successor_id": met.park.person_id(BADR)}
    )
    await met.hear(heard(PersonDelisted(person=facts, reason=DelistingReason.LEFT), sequence=2))


async def listed_elsewhere(met: Meeting) -> None:
    tenant = a_tenant(met.park.tenant_id, zone_ids=(met.park.home_zone_id, uuid4()))
    await met.hear(heard(TenantListed(tenant=tenant), sequence=next(NEWER)))


NEWER = itertools.count(2)


def followed(purpose: Purpose, **sent: str) -> Act:
    async def act(met: Meeting) -> httpx.Response:
        async with met.park.ground.database.transaction() as session:
            key = surroundings_of(session).link_keys.newest
        if purpose in {Purpose.MOVE, Purpose.COMING}:
            link = Link.of_host(purpose, met.visit_id, host_id=met.park.person_id(met.host))
        else:
            link = Link.of_visitor(purpose, met.visit_id, pass_rotation=0)
        return await met.park.http.post(f"/v1/links/{link.token(key)}", data=sent)

    return act


async def swept(met: Meeting) -> None:
    await met.park.run("visits.sweep")


ACTS: dict[str, Act] = {
    "check in": asked("check-in"),
    "check in elsewhere": asked("check-in", by=PARK_DESK),
    "undo check-in": asked("undo-check-in", by=PARK_DESK),
    "check out": asked("check-out"),
    "undo check-out": asked("undo-check-out", by=PARK_DESK),
    "refuse": asked("refuse", reason="No card"),
    "cancel": asked("cancel", by=None),
    "found": asked("found"),
    "break": asked("start-break"),
    "back": asked("end-break"),
    "move": asked(
        "reschedule",
        by=None,
        starts_at=(NINE + timedelta(minutes=15)).isoformat(),
        ends_at=ELEVEN.isoformat(),
    ),
    "move by link": followed(
        Purpose.MOVE, starts="2027-03-01T09:30:00", ends="2027-03-01T12:00:00"
    ),
    "late": followed(Purpose.SAY_LATE, minutes="15"),
    "not coming": followed(Purpose.SAY_NOT_COMING),
    "coming": followed(Purpose.COMING),
    "acknowledge": asked("acknowledge", by=None),
    "rotate": asked("pass/rotate", by=None),
    "revoke": asked("pass/revoke", by=FATIMA, roles=("security",)),
    "renew": asked("pass/rotate", by=FATIMA, roles=("security",)),
    "host": asked("host", host_id=None),
    "describe": described,
    "batch": together("check_in"),
    "batch out": together("check_out"),
    "batch undo out": together("undo_check_out"),
    "merge": merged,
    "in": passed(Boundary.ENTERED_PARK, minutes=0),
    "in earlier": passed(Boundary.ENTERED_PARK, minutes=-5),
    "out": passed(Boundary.LEFT_PARK, minutes=2),
    "out earlier": passed(Boundary.LEFT_PARK, minutes=-3),
    "booking cancelled": booked(BookingCancelled, status=BookingStatus.CANCELLED),
    "booking moved": booked(BookingRescheduled, starts_at=TEN, ends_at=ELEVEN),
    "zones": listed_elsewhere,
    "sweep": swept,
    "host leaves": delisted,
}

BEFORE: dict[str, tuple[str, ...]] = {
    "expected": (),
    "arrived": ("in earlier", "undo check-in"),
    "checked in": ("check in",),
    "on break": ("check in", "break"),
    "checked out": ("check in", "check out"),
    "revoked": ("check in", "revoke"),
    "revoked on break": ("check in", "break", "revoke"),
    "revoked after": ("check in", "check out", "revoke"),
    "taken back": ("check in", "undo check-in"),
    "off": ("cancel",),
}


async def a_meeting(park: Park, *, is_booked: bool) -> Meeting:
    park.now = NINE - timedelta(hours=1)
    address = f"v{uuid4().hex[:8]}@visitor.example"
    host = f"h{uuid4().hex[:8]}@acme.example"
    park.people[host] = a_person(park.tenant_id, email=host)
    await park.hear(heard(PersonListed(person=park.people[host])))
    double = await park.a_visit(by=BADR, visitor={"email": address, "given_name": "Kamille"})
    if not is_booked:
        visit = await park.a_visit(by=host, visitor={"email": address})
        return Meeting(park, visit, None, host, double)
    booking = park.a_booking(a_guest(address), organiser_id=park.person_id(host))
    await park.hear_booking(BookingConfirmed, booking)
    (visit,) = await park.listed(booking_id=str(booking.booking_id))
    return Meeting(park, visit, booking, host, double)


async def act(met: Meeting, name: str) -> httpx.Response | None:
    if name == "host":
        badr = str(met.park.person_id(BADR))
        return await asked("host", host_id=badr)(met)
    return await ACTS[name](met)
