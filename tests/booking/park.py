"""A small park for booking's tests: two tenants, a landlord, a room or two, and a clock to turn."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx
import orjson
from sqlalchemy import text

from deploy.local.issuer import Issuer, subject_of
from services.booking.bookings.domain import Wish
from services.booking.service import SERVICE
from services.booking.window import Window
from shared.events.access import Boundary, Evidence, HolderKind, PassageFacts, PassageTaken
from shared.events.base import Envelope, Event
from shared.events.directory import (
    DelistingReason,
    PersonDelisted,
    PersonFacts,
    PersonListed,
    SignIn,
    TenantFacts,
    TenantListed,
)
from shared.events.premises import Names, ZoneFacts, ZoneKind, ZoneListed
from shared.identity.listed import Person, Role
from shared.web import Ground

NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)
ELEVEN = NINE + timedelta(hours=2)
NOON = NINE + timedelta(hours=3)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def a_person(tenant_id: UUID, *, email: str, successor_id: UUID | None = None) -> PersonFacts:
    given, _, _ = email.partition("@")
    return PersonFacts(
        person_id=uuid4(),
        tenant_id=tenant_id,
        given_name=given.capitalize(),
        family_name="Test",
        email=email,
        phone=None,
        language="fr",
        sign_in=(),
        successor_id=successor_id,
        is_listed=True,
    )


def a_zone(*, parent_id: UUID | None = None, is_bookable: bool = True) -> ZoneFacts:
    return ZoneFacts(
        zone_id=uuid4(),
        parent_id=parent_id,
        kind=ZoneKind.ROOM,
        names=Names(fr="Salle", ar="قاعة", en="Room"),
        tenant_id=None,
        is_bookable=is_bookable,
        is_listed=True,
    )


def a_wish() -> Wish:
    """From nine to ten, for oneself."""
    return Wish(window=Window(NINE, TEN), timezone="Africa/Casablanca")


E = TypeVar("E", bound=Event)


def heard(event: E, *, sequence: int = 1, at: datetime = NINE) -> E:
    """The event as it comes in from its owner, with an id of its own each time."""
    envelope = Envelope(
        id=uuid4(),
        source="/parvis/somebody",
        type=event.name,
        subject=event.subject,
        time=at,
        sequence=sequence,
        data=orjson.loads(event.to_data()),
    )
    made = type(event).from_envelope(Envelope.from_json(envelope.to_json()))
    assert isinstance(made, type(event))
    return made


@dataclass
class Park:
    """The service, its database, and who is in the park."""

    ground: Ground
    http: httpx.AsyncClient
    issuer: Issuer
    now: datetime = NINE - timedelta(hours=1)
    tenant_id: UUID = field(default_factory=uuid4)
    other_tenant_id: UUID = field(default_factory=uuid4)
    landlord_id: UUID = field(default_factory=uuid4)
    people: dict[str, PersonFacts] = field(default_factory=dict)

    async def settle(self) -> None:
        """List the tenants and the people that most tests need."""
        for tenant_id in (self.tenant_id, self.other_tenant_id, self.landlord_id):
            facts = TenantFacts(
                tenant_id=tenant_id,
                name="Tenant",
                is_landlord=tenant_id == self.landlord_id,
                language="fr",
                desk_address=None,
                zone_ids=(),
                is_listed=True,
            )
            await self.hear(heard(TenantListed(tenant=facts)))
        for email in ("amal@acme.example", "badr@acme.example", "chadia@acme.example"):
            await self.list_person(a_person(self.tenant_id, email=email))
        await self.list_person(a_person(self.other_tenant_id, email="driss@other.example"))
        await self.list_person(a_person(self.landlord_id, email="fatima@landlord.example"))

    async def list_person(self, person: PersonFacts, *, sequence: int = 1) -> PersonFacts:
        account = SignIn(issuer=self.issuer.address, subject=subject_of(person.email))
        person = person.model_copy(update={"sign_in": (account,)})
        self.people[person.email] = person
        await self.hear(heard(PersonListed(person=person), sequence=sequence))
        return person

    async def list_zone(self, zone: ZoneFacts) -> UUID:
        await self.hear(heard(ZoneListed(zone=zone)))
        return zone.zone_id

    async def delist(
        self, email: str, *, successor_id: UUID | None = None, sequence: int = 2
    ) -> PersonDelisted:
        facts = self.people[email].model_copy(
            update={"is_listed": False, "successor_id": successor_id}
        )
        event = PersonDelisted(person=facts, reason=DelistingReason.LEFT)
        await self.hear(heard(event, sequence=sequence, at=self.now))
        return event

    async def hear(self, event: Event) -> None:
        """React to it as the inbox does: one reaction, one transaction."""
        reaction = SERVICE.inbox.reaction_to(event.name)
        assert reaction is not None
        async with self.ground.database.transaction() as session:
            await reaction(event, session)

    def person_id(self, email: str) -> UUID:
        return self.people[email].person_id

    def caller(self, email: str = "amal@acme.example") -> Person:
        """Somebody as commands know them."""
        facts = self.people[email]
        return Person(
            person_id=facts.person_id,
            tenant_id=facts.tenant_id,
            display_name=facts.display_name,
            email=facts.email,
            language=facts.language,
            is_landlord=facts.tenant_id == self.landlord_id,
            roles=frozenset({Role.EMPLOYEE}),
        )

    def as_(self, email: str, *roles: str) -> dict[str, str]:
        """Headers of somebody signed in."""
        return {"authorization": "Bearer " + self.issuer.token(email, roles=roles)}

    async def a_room(self, **changes: Any) -> dict[str, Any]:
        """A room of its own zone, added by the facility manager."""
        zone_id = changes.pop("zone_id", None) or await self.list_zone(a_zone())
        body: dict[str, Any] = {
            "code": f"R-{uuid4().hex[:8]}",
            "names": {"fr": "Atlas", "ar": "أطلس", "en": "Atlas"},
            "zone_id": str(zone_id),
            "capacity": 8,
        }
        answer = await self.http.post(
            "/v1/rooms",
            json={**body, **changes},
            headers=self.as_("fatima@landlord.example", "facility_manager"),
        )
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def book(
        self,
        room: dict[str, Any],
        *,
        by: str = "amal@acme.example",
        starts_at: datetime = NINE,
        ends_at: datetime = TEN,
        invited: Sequence[str] = (),
        headers: dict[str, str] | None = None,
        **changes: Any,
    ) -> httpx.Response:
        body: dict[str, Any] = {
            "room_id": room["room_id"],
            "starts_at": starts_at.isoformat(),
            "ends_at": ends_at.isoformat(),
            "participants": [{"email": email} for email in invited],
        }
        return await self.http.post(
            "/v1/bookings", json={**body, **changes}, headers=self.as_(by) | (headers or {})
        )

    async def a_booking(self, room: dict[str, Any] | None = None, **wish: Any) -> dict[str, Any]:
        """A booking that stands."""
        answer = await self.book(room or await self.a_room(), **wish)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def shown(self, booking: dict[str, Any], *, to: str = "amal@acme.example") -> Any:
        """The booking as somebody sees it now."""
        answer = await self.http.get(f"/v1/bookings/{booking['booking_id']}", headers=self.as_(to))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def do(
        self,
        booking: dict[str, Any],
        action: str,
        *,
        by: str = "amal@acme.example",
        roles: Sequence[str] = (),
        headers: dict[str, str] | None = None,
        method: str = "POST",
        **body: Any,
    ) -> httpx.Response:
        """Do something with a booking."""
        return await self.http.request(
            method,
            f"/v1/bookings/{booking['booking_id']}/{action}",
            json=body or None,
            headers=self.as_(by, *roles) | (headers or {}),
        )

    async def announced(self, booking: dict[str, Any] | None = None) -> list[str]:
        """The names of what was announced, in order; of one booking, or all."""
        subject = f"booking/{booking['booking_id']}" if booking else "%"
        rows = await self.query(
            "SELECT name FROM outbox WHERE subject LIKE :s ORDER BY position", s=subject
        )
        return [row.name.removeprefix("booking.").removesuffix(".v1") for row in rows]

    async def last_facts(self, booking: dict[str, Any]) -> Any:
        """What was announced last of a booking."""
        rows = await self.query(
            "SELECT body FROM outbox WHERE subject = :s ORDER BY position DESC LIMIT 1",
            s=f"booking/{booking['booking_id']}",
        )
        return orjson.loads(rows[0].body)["booking"]

    async def claims(self, booking: dict[str, Any]) -> list[tuple[datetime, datetime]]:
        """What a booking holds."""
        rows = await self.query(
            "SELECT lower(during) AS a, upper(during) AS b FROM claims WHERE booking_id = :b "
            "ORDER BY space_id",
            b=UUID(booking["booking_id"]),
        )
        return [(row.a, row.b) for row in rows]

    async def query(self, sql: str, **values: Any) -> Sequence[Any]:
        async with self.ground.database.transaction() as session:
            return (await session.execute(text(sql), values)).all()

    def a_passage(self, *booking_ids: str, zone_id: str | UUID, at: datetime) -> PassageTaken:
        facts = PassageFacts(
            passage_id=uuid4(),
            decision_id=uuid4(),
            access_point_id=uuid4(),
            holder=HolderKind.PERSON,
            person_id=self.person_id("amal@acme.example"),
            visitor_id=None,
            visit_id=None,
            booking_ids=tuple(UUID(booking_id) for booking_id in booking_ids),
            from_zone_id=uuid4(),
            to_zone_id=UUID(str(zone_id)),
            boundary=Boundary.INSIDE,
            evidence=Evidence.CONTACT,
            occurred_at=at,
            recorded_at=at,
        )
        return heard(PassageTaken(passage=facts))
