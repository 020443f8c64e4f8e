"""The example park: a technology park of the size and shape of Casablanca Tech Valley.

Its tenants, people, badges and figures are invented, and their names say so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.events.premises import ZoneKind


@dataclass(frozen=True)
class Names:
    """A name in the three languages of the park."""

    fr: str
    ar: str
    en: str


@dataclass(frozen=True)
class Tenant:
    """A company of the park."""

    name: str
    domain: str
    language: str
    suite: str
    admits: str = "door"
    is_landlord: bool = False


@dataclass(frozen=True)
class Employee:
    """Somebody who works there, with the roles that their company's sign-in gives them."""

    given_name: str
    family_name: str
    tenant: str
    email: str
    language: str
    badge: int
    roles: Sequence[str] = ()

    @property
    def display_name(self) -> str:
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True)
class Zone:
    """A part of the park; `parent` and `tenant` by code and name."""

    code: str
    kind: ZoneKind
    names: Names
    parent: str | None = None
    tenant: str | None = None
    is_bookable: bool = False


@dataclass(frozen=True)
class Door:
    """A door between two zones; `None` is the street."""

    code: str
    names: Names
    from_zone: str | None
    to_zone: str
    controller: str


@dataclass(frozen=True)
class Room:
    """A shared meeting room; it never closes."""

    code: str
    names: Names
    zone: str
    capacity: int
    equipment: Sequence[str] = ()


@dataclass(frozen=True)
class Park:
    """The whole of it."""

    name: str
    tenants: Sequence[Tenant]
    people: Sequence[Employee]
    zones: Sequence[Zone]
    doors: Sequence[Door]
    rooms: Sequence[Room]
    controllers: Sequence[str]
    facility: int = 101
    """The facility code of all its badges."""
    examples: Mapping[str, Employee] = field(default_factory=dict)
    """One person for each role."""

    def employee(self, email: str) -> Employee:
        return next(person for person in self.people if person.email == email)


LANDLORD = Tenant("Ewane (exemple)", "ewane.example", "fr", "B0-DESK", is_landlord=True)
TENANTS = (
    LANDLORD,
    Tenant("Atlas Numérique (exemple)", "atlas.example", "fr", "A1-ATLAS"),
    Tenant("Sahel Assurances (exemple)", "sahel.example", "fr", "A2-SAHEL", admits="desk_first"),
    Tenant("نور للخدمات (مثال)", "noor.example", "ar", "B1-NOOR"),
    Tenant("Tafilalt Health (example)", "tafilalt.example", "en", "B2-TAFILALT"),
)

_NAMED = {
    "ewane.example": (
        ("Hicham", "Berrada", ("operator",)),
        ("Nadia", "Lahlou", ("security", "auditor")),
        ("Youssef", "Chraibi", ("facility_manager",)),
        ("Imane", "Tazi", ("receptionist",)),
    ),
    "atlas.example": (
        ("Salma", "Idrissi", ()),
        ("Karim", "Bennani", ()),
        ("Zineb", "Alaoui", ("receptionist",)),
        ("Omar", "Fassi", ("tenant_admin",)),
        ("Lina", "Sebti", ()),
    ),
    "sahel.example": (
        ("Amina", "Kettani", ()),
        ("Rachid", "Ouazzani", ("receptionist",)),
        ("Sara", "Mernissi", ("tenant_admin",)),
        ("Mehdi", "Skalli", ()),
    ),
    "noor.example": (
        ("هدى", "الفاسي", ()),
        ("يونس", "العلمي", ("receptionist",)),
        ("سناء", "التازي", ("tenant_admin",)),
        ("أنس", "بنجلون", ()),
    ),
    "tafilalt.example": (
        ("Grace", "Mwangi", ()),
        ("Adam", "Cherkaoui", ("receptionist",)),
        ("Leila", "Haddad", ("tenant_admin",)),
        ("Daniel", "Okafor", ()),
    ),
}


def _people() -> tuple[Employee, ...]:
    """Everybody, with the address and the badge that are theirs in every run."""
    people: list[Employee] = []
    for tenant in TENANTS:
        for number, (given, family, roles) in enumerate(_NAMED[tenant.domain], start=1):
            local = given.lower() if given.isascii() else f"personne{number}"
            people.append(
                Employee(
                    given_name=given,
                    family_name=family,
                    tenant=tenant.name,
                    email=f"{local}@{tenant.domain}",
                    language=tenant.language,
                    badge=2001 + len(people),
                    roles=roles,
                )
            )
    return tuple(people)


PEOPLE = _people()


def _floors(building: str, *suites: tuple[str, int]) -> tuple[Zone, ...]:
    zones = []
    for domain, number in suites:
        tenant = next(tenant for tenant in TENANTS if tenant.domain == domain)
        floor = f"{building}{number}"
        names = Names(f"Étage {number}", f"الطابق {number}", f"Floor {number}")
        zones.append(Zone(floor, ZoneKind.FLOOR, names, parent=building))
        suite = Names(f"Plateau {tenant.name}", f"جناح {tenant.name}", f"Suite {tenant.name}")
        zones.append(Zone(tenant.suite, ZoneKind.SUITE, suite, parent=floor, tenant=tenant.name))
    return tuple(zones)


def _room_zone(code: str, names: Names, *, floor: str) -> Zone:
    return Zone(code, ZoneKind.ROOM, names, parent=floor, is_bookable=True)


ARGAN = Names("Salle Argan", "قاعة أركان", "Argan Room")
CEDAR = Names("Salle Cèdre", "قاعة الأرز", "Cedar Room")
THUYA = Names("Salle Thuya", "قاعة العرعار", "Thuya Room")
ZELLIGE = Names("Auditorium Zellige", "مدرج الزليج", "Zellige Auditorium")

ZONES = (
    Zone("PARK", ZoneKind.PARK, Names("Parc (exemple)", "الحديقة (مثال)", "Park (example)")),
    Zone("A", ZoneKind.BUILDING, Names("Bâtiment A", "المبنى أ", "Building A"), parent="PARK"),
    Zone("B", ZoneKind.BUILDING, Names("Bâtiment B", "المبنى ب", "Building B"), parent="PARK"),
    *_floors("A", ("atlas.example", 1), ("sahel.example", 2)),
    *_floors("B", ("ewane.example", 0), ("noor.example", 1), ("tafilalt.example", 2)),
    _room_zone("A1-ARGAN", ARGAN, floor="A1"),
    _room_zone("A2-CEDRE", CEDAR, floor="A2"),
    _room_zone("B1-THUYA", THUYA, floor="B1"),
    _room_zone("B0-ZELLIGE", ZELLIGE, floor="B0"),
)


def _door(code: str, names: Names, *, leads_from: str | None, into: str) -> Door:
    return Door(code, names, leads_from, into, controller=f"CTRL-{into[0]}")


DOORS = (
    _door("A-LOBBY", Names("Hall A", "بهو أ", "Lobby A"), leads_from=None, into="A"),
    _door("B-LOBBY", Names("Hall B", "بهو ب", "Lobby B"), leads_from=None, into="B"),
    _door("A1-ARGAN", ARGAN, leads_from="A1", into="A1-ARGAN"),
    _door("A2-CEDRE", CEDAR, leads_from="A2", into="A2-CEDRE"),
    _door("B1-THUYA", THUYA, leads_from="B1", into="B1-THUYA"),
    _door("B0-ZELLIGE", ZELLIGE, leads_from="B0", into="B0-ZELLIGE"),
)

ROOMS = (
    Room("ARGAN", ARGAN, "A1-ARGAN", 8, ("screen", "video")),
    Room("CEDRE", CEDAR, "A2-CEDRE", 12, ("screen", "whiteboard")),
    Room("THUYA", THUYA, "B1-THUYA", 6, ("screen", "video")),
    Room("ZELLIGE", ZELLIGE, "B0-ZELLIGE", 120, ("screen", "sound")),
)


def _example(email: str) -> Employee:
    return next(person for person in PEOPLE if person.email == email)


THE_PARK = Park(
    name="Casablanca Tech Valley (exemple inventé)",
    tenants=TENANTS,
    people=PEOPLE,
    zones=ZONES,
    doors=DOORS,
    rooms=ROOMS,
    controllers=("CTRL-A", "CTRL-B"),
    examples={
        "employee": _example("salma@atlas.example"),
        "receptionist": _example("zineb@atlas.example"),
        "tenant_admin": _example("omar@atlas.example"),
        "park receptionist": _example("imane@ewane.example"),
        "security": _example("nadia@ewane.example"),
        "facility_manager": _example("youssef@ewane.example"),
        "operator": _example("hicham@ewane.example"),
    },
)
