"""A small park for these tests: two tenants, a landlord, doors that speak, a clock to turn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

import httpx
import orjson
from sqlalchemy import text

from deploy.local.issuer import Issuer
from services.visitors.attempts import Attempts
from services.visitors.service import SERVICE
from services.visitors.settings import VisitorsSettings
from shared.events.access import Boundary, Evidence, HolderKind, PassageFacts, PassageTaken
from shared.events.base import Envelope, Event
from shared.events.booking import (
    BookingEvent,
    BookingFacts,
    BookingStatus,
    ParticipantFacts,
    ParticipantKind,
)
from shared.events.directory import (
    DelistingReason,
    PersonDelisted,
    PersonFacts,
    PersonListed,
    TenantFacts,
    TenantListed,
)
from shared.events.premises import Names, ZoneFacts, ZoneKind, ZoneListed
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.settings import MessagingSettings
from shared.messaging.timer_runner import TimerRunner
from shared.web import Ground

NINE = datetime(2027, 3, 1, 9, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)
ELEVEN = NINE + timedelta(hours=2)

AMAL, BADR, DESK, ADMIN = (f"{name}@acme.example" for name in ("amal", "badr", "desk", "admin"))
DRISS, OTHER_DESK = "driss@other.example", "desk@other.example"
FATIMA, PARK_DESK = "fatima@landlord.example", "desk@landlord.example"

E = TypeVar("E", bound=Event)


def heard(event: E, *, sequence: int = 1, at: datetime = NINE, replay: bool = False) -> E:
    """The event as it comes in from its owner, with an id of its own each time."""
    envelope = Envelope(
        id=uuid4(),
        source="/parvis/somebody",
        type=event.name,
        subject=event.subject,
        time=at,
        sequence=sequence,
        replay=replay,
        data=orjson.loads(event.to_data()),
    )
    made = type(event).from_envelope(Envelope.from_json(envelope.to_json()))
    assert isinstance(made, type(event))
    return made


def a_tenant(
    tenant_id: UUID,
    *,
    is_landlord: bool = False,
    zone_ids: tuple[UUID, ...] = (),
    desk_address: str | None = "reception@acme.example",
) -> TenantFacts:
    return TenantFacts(
        tenant_id=tenant_id,
        name="Atlas Conseil",
        is_landlord=is_landlord,
        language="fr",
        desk_address=desk_address,
        zone_ids=zone_ids,
        is_listed=True,
    )


def a_person(tenant_id: UUID, *, email: str) -> PersonFacts:
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
        successor_id=None,
        is_listed=True,
    )


def a_zone(zone_id: UUID) -> ZoneFacts:
    return ZoneFacts(
        zone_id=zone_id,
        parent_id=None,
        kind=ZoneKind.SUITE,
        names=Names(fr="Salle", ar="قاعة", en="Room"),
        tenant_id=None,
        is_bookable=True,
        is_listed=True,
    )


def a_guest(
    email: str | None = "camille@visitor.example",
    *,
    name: str = "Camille Durand",
    guest_id: UUID | None = None,
    language: Any = "fr",
) -> ParticipantFacts:
    return ParticipantFacts(
        kind=ParticipantKind.GUEST,
        person_id=None,
        guest_id=guest_id or uuid4(),
        name=name,
        email=email,
        language=language,
    )


async def work(worker: Attempts[Any, Any]) -> None:
    """Its rounds, until there is nothing due and nothing on its way."""
    while await worker.round():
        pass


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
    home_zone_id: UUID = field(default_factory=uuid4)
    people: dict[str, PersonFacts] = field(default_factory=dict)

    async def settle(self) -> None:
        """List the tenants and the people that most tests need."""
        home = {AMAL, BADR, DESK, ADMIN}
        for email in (*home, DRISS, OTHER_DESK, FATIMA, PARK_DESK):
            elsewhere = self.landlord_id if "landlord" in email else self.other_tenant_id
            tenant_id = self.tenant_id if email in home else elsewhere
            self.people[email] = a_person(tenant_id, email=email)
        tenants = (
            a_tenant(self.tenant_id, zone_ids=(self.home_zone_id,)),
            a_tenant(self.other_tenant_id),
            a_tenant(self.landlord_id, is_landlord=True),
        )
        await self.hear(
            *(heard(TenantListed(tenant=tenant)) for tenant in tenants),
            *(heard(PersonListed(person=person)) for person in self.people.values()),
            heard(ZoneListed(zone=a_zone(self.home_zone_id))),
        )

    async def delist(self, email: str) -> None:
        facts = self.people[email].model_copy(update={"is_listed": False})
        await self.hear(
            heard(PersonDelisted(person=facts, reason=DelistingReason.LEFT), sequence=2)
        )

    async def hear(self, *events: Event) -> None:
        """React to them in one transaction; the inbox has one for each."""
        async with self.ground.database.transaction() as session:
            for event in events:
                reaction = SERVICE.inbox.reaction_to(event.name)
                assert reaction is not None
                await reaction(event, session)

    def person_id(self, email: str) -> UUID:
        return self.people[email].person_id

    def as_(self, email: str, *roles: str) -> dict[str, str]:
        """Headers of somebody signed in; desks are receptionists."""
        given = (*roles, "receptionist") if email.startswith("desk@") else roles
        return {"authorization": "Bearer " + self.issuer.token(email, roles=given)}

    async def invite(
        self, *, by: str = AMAL, headers: Mapping[str, str] | None = None, **changes: Any
    ) -> httpx.Response:
        visitor = {
            "given_name": "Camille",
            "family_name": "Durand",
            "company": "Durand SA",
            "email": "camille@visitor.example",
            "language": "fr",
        } | changes.pop("visitor", {})
        body = {
            "visitor": visitor,
            "starts_at": NINE.isoformat(),
            "ends_at": TEN.isoformat(),
        } | changes
        return await self.http.post(
            "/v1/visits", json=body, headers=self.as_(by) | dict(headers or {})
        )

    async def a_visit(self, **wish: Any) -> dict[str, Any]:
        """A visit that is expected."""
        answer = await self.invite(**wish)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    async def do(
        self, visit: dict[str, Any], action: str, *, by: str = DESK, **body: Any
    ) -> httpx.Response:
        return await self.http.post(
            f"/v1/visits/{visit['visit_id']}/{action}", json=body, headers=self.as_(by)
        )

    async def shown(self, visit: dict[str, Any], *, to: str = DESK) -> Any:
        """The visit as somebody sees it now."""
        answer = await self.http.get(f"/v1/visits/{visit['visit_id']}", headers=self.as_(to))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def listed(self, *, to: str = DESK, **asked: Any) -> list[dict[str, Any]]:
        answer = await self.http.get("/v1/visits", params=asked, headers=self.as_(to))
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    async def announced(self, visit: dict[str, Any] | None = None) -> list[str]:
        """The names of what was announced, in order; of one visit, or of all."""
        subject = f"visit/{visit['visit_id']}" if visit else "%"
        rows = await self.query(
            "SELECT name FROM outbox WHERE subject LIKE :s ORDER BY position", s=subject
        )
        return [row.name.removeprefix("visit.").removesuffix(".v1") for row in rows]

    async def last_facts(self, visit: dict[str, Any]) -> Any:
        """What was announced last of a visit."""
        rows = await self.query(
            "SELECT body FROM outbox WHERE subject = :s ORDER BY position DESC LIMIT 1",
            s=f"visit/{visit['visit_id']}",
        )
        return orjson.loads(rows[0].body)["visit"]

    async def query(self, sql: str, **values: Any) -> Sequence[Any]:
        async with self.ground.database.transaction() as session:
            return (await session.execute(text(sql), values)).all()

    async def notices(self, visit: dict[str, Any]) -> list[tuple[str, str]]:
        """(kind, status) of the notices of a visit, in order."""
        answer = await self.http.get(
            f"/v1/visits/{visit['visit_id']}/notices", headers=self.as_(DESK)
        )
        assert answer.status_code == 200, answer.text
        return [(each["kind"], each["status"]) for each in answer.json()["items"]]

    async def send_notices(self) -> None:
        """What the worker does when it looks at the queue, until there is nothing more."""
        await self.run("notices.deliver")

    async def run(self, name: str) -> None:
        """The rounds of one of the worker's loops, until there is nothing more."""
        (loop,) = (loop for loop in SERVICE.loops(self.ground) if loop.name == name)
        while await loop.round():
            pass

    async def let_time_pass(self, **by: float) -> None:
        """The clock goes on, and what was set to go off goes off."""
        self.now += timedelta(**by)
        runner = TimerRunner(
            self.ground.database,
            SERVICE.timers,
            settings=MessagingSettings(),
            metrics=MessagingMetrics("visitors"),
            clock=lambda: self.now,
        )
        while await runner.round():
            pass

    def mail_folder(self) -> Path:
        settings = self.ground.settings
        assert isinstance(settings, VisitorsSettings)
        return settings.mail_dir

    def mails(self, *, to: str = "") -> list[EmailMessage]:
        """What is in the mail folder for an address, by the time it was put there."""
        files = sorted(self.mail_folder().glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        mails = [message_from_bytes(file.read_bytes(), policy=default) for file in files]
        return [mail for mail in mails if to in str(mail["To"])]

    def a_booking(self, *guests: ParticipantFacts, **changes: Any) -> BookingFacts:
        values: dict[str, Any] = {
            "booking_id": uuid4(),
            "status": BookingStatus.CONFIRMED,
            "reason": None,
            "room_id": uuid4(),
            "zone_id": uuid4(),
            "tenant_id": self.tenant_id,
            "organiser_id": self.person_id(AMAL),
            "starts_at": NINE,
            "ends_at": TEN,
            "timezone": "Africa/Casablanca",
            "participants": guests,
            "series_id": None,
            "capacity": 8,
        }
        return BookingFacts(**values | changes)

    async def hear_booking(
        self,
        kind: type[BookingEvent],
        booking: BookingFacts,
        *,
        sequence: int = 1,
        replay: bool = False,
    ) -> None:
        await self.hear(heard(kind(booking=booking), sequence=sequence, replay=replay))

    async def pass_door(
        self, visit: dict[str, Any], boundary: Boundary, *, at: datetime
    ) -> PassageTaken:
        """The visit's pass was used at a door, and the service hears of it."""
        event = self.a_passage(visit, boundary, at=at)
        await self.hear(event)
        return event

    def a_passage(
        self,
        visit: dict[str, Any],
        boundary: Boundary,
        *,
        at: datetime,
        recorded_at: datetime | None = None,
    ) -> PassageTaken:
        facts = PassageFacts(
            passage_id=uuid4(),
            decision_id=uuid4(),
            access_point_id=uuid4(),
            holder=HolderKind.VISITOR,
            person_id=None,
            visitor_id=UUID(visit["visitor"]["visitor_id"]),
            visit_id=UUID(visit["visit_id"]),
            booking_ids=(),
            from_zone_id=None if boundary is Boundary.ENTERED_PARK else uuid4(),
            to_zone_id=None if boundary is Boundary.LEFT_PARK else uuid4(),
            boundary=boundary,
            evidence=Evidence.CONTACT,
            occurred_at=at,
            recorded_at=recorded_at or at,
        )
        return heard(PassageTaken(passage=facts))
