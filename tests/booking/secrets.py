"""What a company keeps to itself: everything that booking knows of it, and how one would ask."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from tests.booking.bookings.requests import a_request, a_room_on_request
from tests.booking.park import ELEVEN, NINE, NOON, TEN, Park, a_person, a_zone, minutes
from tests.support.asked import KEY

AMAL, BADR, CHADIA = "amal@acme.example", "badr@acme.example", "chadia@acme.example"
DRISS, FATIMA = "driss@other.example", "fatima@landlord.example"
GONE = "gone@acme.example"
COFFEE = {"code": "coffee", "names": {"fr": "Café", "ar": "قهوة", "en": "Coffee"}}


@dataclass
class Secrets:
    """Acme's, by what they are called in addresses; `words` are found in no answer to others."""

    park: Park
    ids: dict[str, list[str]] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)
    tags: dict[str, str] = field(default_factory=dict)
    """By address, what its owner was told."""
    zone_id: str = ""
    token: str = ""
    sync: str = ""
    cursor: str = ""
    wish: dict[str, Any] = field(default_factory=dict)
    """What Amal booked her own room with, under `KEY`."""
    own_booking_id: str = ""
    """Of Driss, who is from elsewhere."""

    def one(self, name: str) -> str:
        return self.ids[name][0]

    @property
    def all_ids(self) -> set[str]:
        return {word for word in self.words if _is_id(word)}

    async def state(self) -> list[Any]:
        """All that stands of Acme, to be the same before and after."""
        rows: list[Any] = []
        for table in (
            "bookings",
            "participants",
            "holds",
            "waiting",
            "series",
            "closures",
            "claims",
            "rooms",
        ):
            rows += await self.park.query(f"SELECT t::text AS row FROM {table} AS t ORDER BY 1")
        return [row.row for row in rows]


def _is_id(word: str) -> bool:
    try:
        return bool(UUID(word))
    except ValueError:
        return False


async def acmes_secrets(park: Park) -> Secrets:
    """A room of their own, bookings of every kind in it and elsewhere, and what comes of them."""
    found = Secrets(park)
    found.zone_id = str(await park.list_zone(a_zone()))
    await park.list_person(a_person(park.tenant_id, email=GONE))
    room = await park.a_room(
        code="ZETA",
        names={"fr": "Salle Zeta", "ar": "زيتا", "en": "Zeta room"},
        zone_id=found.zone_id,
        tenant_ids=[str(park.tenant_id)],
        extras=[{**COFFEE, "lead_minutes": 0}],
        spaces=["zeta-left", "zeta-right"],
    )
    found.ids["room_id"] = [room["room_id"]]
    found.words |= {room["room_id"], found.zone_id, *room["space_ids"], str(park.tenant_id)}
    found.words |= {str(facts.person_id) for facts in park.people.values() if "acme" in facts.email}
    found.words |= {"Zeta", "ZETA", "zeta", "زيتا", "@acme.example"}
    await _book(found, room)
    await _keep(found, room)
    park.now = park.now.replace(second=1)
    found.own_booking_id = (await park.a_booking(by=DRISS))["booking_id"]
    return found


async def _book(found: Secrets, room: dict[str, Any]) -> None:
    park = found.park
    found.wish = {
        "room_id": room["room_id"],
        "starts_at": NINE.isoformat(),
        "ends_at": TEN.isoformat(),
        "title": "Rachat Zeta",
        "is_private": True,
        "extras": [{"code": "coffee", "quantity": 2, "note": "zeta"}],
        "participants": [{"email": "karim.zeta@x.example", "name": "Karim Zeta"}, {"email": GONE}],
    }
    private = await _made(found, "/v1/bookings", found.wish, headers=KEY)
    shared = await park.a_room()
    meeting = await park.a_booking(shared, title="Budget Zeta", invited=[GONE, "zeta@x.example"])
    cancelled = await park.a_booking(shared, title="Zeta", starts_at=TEN, ends_at=ELEVEN)
    await park.do(cancelled, "cancel")
    asked = await a_request(park, await a_room_on_request(park), invited=(BADR, DRISS))
    series = await _made(
        found,
        "/v1/series",
        {
            "room_id": shared["room_id"],
            "starts_wall": "2027-03-02T09:00:00",
            "minutes": 60,
            "rrule": "FREQ=DAILY;COUNT=2",
            "title": "Suivi Zeta",
        },
    )
    on_request = await a_room_on_request(park)
    waiting = await _made(
        found,
        "/v1/series",
        {
            "room_id": on_request["room_id"],
            "starts_wall": "2027-03-03T09:00:00",
            "minutes": 60,
            "rrule": "FREQ=DAILY;COUNT=2",
            "title": "Comité Zeta",
        },
    )
    every = [private, meeting, cancelled, asked, series["occurrences"][0]]
    found.ids["booking_id"] = [one["booking_id"] for one in every]
    found.ids["series_id"] = [each["series"]["series_id"] for each in (series, waiting)]
    found.words |= set(found.ids["booking_id"] + found.ids["series_id"])
    found.words |= {one["booking_id"] for each in (series, waiting) for one in each["occurrences"]}
    guests = await park.query("SELECT id FROM participants")
    found.words |= {str(row.id) for row in guests}
    lost = await park.book(shared, ends_at=NINE + minutes(30), title="Zeta")
    found.token = lost.json()["alternatives"][0]["token"]


async def _keep(found: Secrets, room: dict[str, Any]) -> None:
    park = found.park
    held = {"starts_at": NOON.isoformat(), "ends_at": (NOON + minutes(60)).isoformat()}
    hold = await _made(found, "/v1/holds", {"room_id": room["room_id"], **held})
    waits = await _made(found, "/v1/waiting", {"room_id": room["room_id"], **held})
    closed = {"starts_at": "2027-06-01T08:00:00Z", "ends_at": "2027-06-02T08:00:00Z"}
    closure = await park.http.post(
        "/v1/closures",
        json={"room_id": room["room_id"], "reason": "Zeta", **closed},
        headers=park.as_(FATIMA, "facility_manager"),
    )
    assert closure.status_code == 201, closure.text
    found.ids["hold_id"] = [hold["hold_id"]]
    found.ids["closure_id"] = [closure.json()["closure_id"]]
    found.ids["waiting_id"] = [waits["waiting_id"]]
    found.words |= {waits["waiting_id"], hold["hold_id"], closure.json()["closure_id"]}
    for name, noun in (("booking_id", "bookings"), ("series_id", "series"), ("room_id", "rooms")):
        for each in found.ids[name]:
            answer = await park.http.get(f"/v1/{noun}/{each}", headers=park.as_(AMAL))
            found.tags[each] = answer.headers["etag"]
    first = (await park.http.get("/v1/bookings?limit=1", headers=park.as_(AMAL))).json()
    found.cursor = first["next"]
    found.sync = (await park.http.get("/v1/bookings", headers=park.as_(AMAL))).json()["sync"]


async def _made(
    found: Secrets, path: str, body: dict[str, Any], headers: dict[str, str] | None = None
) -> Any:
    answer: httpx.Response = await found.park.http.post(
        path, json=body, headers=found.park.as_(AMAL) | (headers or {})
    )
    assert answer.status_code == 201, answer.text
    return answer.json()
