"""Lists a park through public HTTP: whatever is there already is left as it is.

Rule: an operator of the landlord does it all; only that first operator comes from elsewhere
(`parvis access bootstrap`), since somebody has to be the first.
"""

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from deploy.local.callers import Addresses, Caller, Json
from deploy.local.park import Door, Employee, Names, Park, Room, Zone


@dataclass
class ListedPark:
    """The ids that the services gave, by the park's own codes, names and addresses."""

    park: Park
    tenants: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    controllers: dict[str, Json] = field(default_factory=dict)
    doors: dict[str, Json] = field(default_factory=dict)
    rooms: dict[str, str] = field(default_factory=dict)

    def door_of(self, room_id: str) -> str:
        """The code of the door into a room."""
        code = next(code for code, known in self.rooms.items() if known == room_id)
        zone = next(room.zone for room in self.park.rooms if room.code == code)
        return next(door.code for door in self.park.doors if door.to_zone == zone)

    def way(self, door: str, direction: str) -> str:
        """The access point of a door: `in` or `out`."""
        points = self.doors[door]["access_points"]
        found: str = next(p["access_point_id"] for p in points if p["direction"] == direction)
        return found

    def controller_of(self, door: str) -> Json:
        wanted = self.doors[door]["controller_id"]
        return next(c for c in self.controllers.values() if c["controller_id"] == wanted)


def _names(names: Names) -> Mapping[str, str]:
    return {"fr": names.fr, "ar": names.ar, "en": names.en}


@dataclass
class Listing:
    """One round of listing, by an operator."""

    operator: Caller
    at: Addresses
    listed: ListedPark
    keys: MutableMapping[str, str]
    """Controllers' keys by code: shown once, so they are kept by whoever lists."""
    is_known_whole: bool = False
    """Listed to the end before: only the ids are asked for."""

    async def run(self) -> ListedPark:
        """Everything in the order in which it depends on each other."""
        park = self.listed.park
        await self._tenants(park)
        await self._zones(park)
        await self._people(park)
        await self._controllers(park)
        await self._doors(park)
        await self._rooms(park)
        if not self.is_known_whole:
            await self._rights(park)
            await self._policies(park)
        return self.listed

    async def _tenants(self, park: Park) -> None:
        url = f"{self.at.access}/v1/tenants"
        there = {item["name"]: item["tenant_id"] async for item in self.operator.every(url)}
        for tenant in park.tenants:
            if tenant.name not in there:
                body = {"name": tenant.name, "language": tenant.language}
                there[tenant.name] = (await self._make(url, body))["tenant_id"]
            self.listed.tenants[tenant.name] = there[tenant.name]

    async def _zones(self, park: Park) -> None:
        url = f"{self.at.access}/v1/zones"
        there = {item["code"]: item["zone_id"] async for item in self.operator.every(url)}
        for zone in park.zones:
            if zone.code not in there:
                there[zone.code] = (await self._make(url, self._zone(zone, there)))["zone_id"]
            self.listed.zones[zone.code] = there[zone.code]

    def _zone(self, zone: Zone, there: Mapping[str, str]) -> Json:
        return {
            "code": zone.code,
            "parent_id": there[zone.parent] if zone.parent else None,
            "kind": zone.kind.value,
            "names": _names(zone.names),
            "tenant_id": self.listed.tenants[zone.tenant] if zone.tenant else None,
            "is_bookable": zone.is_bookable,
        }

    async def _people(self, park: Park) -> None:
        url = f"{self.at.access}/v1/people"
        there = {item["email"]: item["person_id"] async for item in self.operator.every(url)}
        for person in park.people:
            if person.email not in there:
                there[person.email] = (await self._make(url, self._person(person)))["person_id"]
            self.listed.people[person.email] = there[person.email]
            if not self.is_known_whole:
                await self._badge(person, park=park)

    def _person(self, person: Employee) -> Json:
        return {
            "tenant_id": self.listed.tenants[person.tenant],
            "given_name": person.given_name,
            "family_name": person.family_name,
            "email": person.email,
            "language": person.language,
        }

    async def _badge(self, person: Employee, *, park: Park) -> None:
        url = f"{self.at.access}/v1/people/{self.listed.people[person.email]}/badges"
        body = {"format": "H10301", "facility": park.facility, "number": person.badge}
        there = [badge async for badge in self.operator.every(url)]
        if not any(badge["number"] == person.badge for badge in there):
            await self._make(url, body)

    async def _rights(self, park: Park) -> None:
        """Every company's people may enter its building, floor and suite, at any hour."""
        url = f"{self.at.access}/v1/rights"
        parents = {zone.code: zone.parent for zone in park.zones}
        for tenant in park.tenants:
            anybody = next(person for person in park.people if person.tenant == tenant.name)
            asked = {"person_id": self.listed.people[anybody.email]}
            rights = [right async for right in self.operator.every(url, asked)]
            there = {right["zone_id"] for right in rights if right["source"] == "grant"}
            holder = {"kind": "tenant", "id": self.listed.tenants[tenant.name]}
            code: str | None = tenant.suite
            while code is not None:
                zone_id, code = self.listed.zones[code], parents[code]
                if zone_id not in there:
                    await self._make(url, {"holder": holder, "zone_id": zone_id})

    async def _controllers(self, park: Park) -> None:
        url = f"{self.at.access}/v1/controllers"
        there = {item["code"]: item async for item in self.operator.every(url)}
        for code in park.controllers:
            if code not in there:
                there[code] = await self._make(url, {"code": code})
                self.keys[code] = there[code]["key"]
            elif code not in self.keys:  # the folder with the keys was lost: rotate
                made = await self._make(f"{url}/{there[code]['controller_id']}/keys", None)
                self.keys[code] = made["key"]
            self.listed.controllers[code] = there[code]

    async def _doors(self, park: Park) -> None:
        url = f"{self.at.access}/v1/doors"
        there = {item["code"]: item async for item in self.operator.every(url)}
        for door in park.doors:
            if door.code not in there:
                there[door.code] = await self._make(url, self._door(door))
            self.listed.doors[door.code] = there[door.code]

    def _door(self, door: Door) -> Json:
        return {
            "code": door.code,
            "names": _names(door.names),
            "from_zone_id": self.listed.zones[door.from_zone] if door.from_zone else None,
            "to_zone_id": self.listed.zones[door.to_zone],
            "controller_id": self.listed.controllers[door.controller]["controller_id"],
        }

    async def _rooms(self, park: Park) -> None:
        url = f"{self.at.booking}/v1/rooms"
        there = {
            item["code"]: item["room_id"] async for item in self.operator.every(url, patient=True)
        }
        for room in park.rooms:
            if room.code not in there:
                there[room.code] = (
                    await self.operator.post(url, self._room(room), expect=201, patient=True)
                )["room_id"]
            self.listed.rooms[room.code] = there[room.code]

    def _room(self, room: Room) -> Json:
        return {
            "code": room.code,
            "names": _names(room.names),
            "zone_id": self.listed.zones[room.zone],
            "capacity": room.capacity,
            "equipment": list(room.equipment),
            "opening": "always",
        }

    async def _policies(self, park: Park) -> None:
        for tenant in park.tenants:
            tenant_id = self.listed.tenants[tenant.name]
            url = f"{self.at.visitors}/v1/tenants/{tenant_id}/visit-policy"
            body = {"admits": tenant.admits, "lead_minutes": 60, "grace_minutes": 60}
            await self.operator.put(url, body, patient=True)

    async def _make(self, url: str, body: Any) -> Json:
        return await self.operator.post(url, body, expect=201)
