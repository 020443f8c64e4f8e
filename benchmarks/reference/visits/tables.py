"""Puts the visitors and their visits straight into visitors' own tables, by COPY."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

import asyncpg

from benchmarks.reference.booking.park import SEED, TIMEZONE, Park, Person, Tenant
from benchmarks.reference.bulk import set_aside
from benchmarks.reference.copying import copy, copy_records
from benchmarks.reference.directory import directory
from benchmarks.reference.visits.names import COMPANIES, FAMILY, GIVEN
from services.visitors.names.domain import FoundBy, SearchWord, entries_of, entries_of_name
from services.visitors.passes.domain import DESK_CODE_ALPHABET, digest_of, token_of
from services.visitors.tables import metadata
from services.visitors.visitors.domain import Visitor
from services.visitors.visits.domain import Visit
from shared.clock import day_starts, wall_time
from shared.events.visits import Admits, Entries, VisitStatus

A_DAY = 2_000
OPENS, HOURS = 7, 10
TOGETHER = 20_000
VISITOR = (
    "id",
    "tenant_id",
    "given_name",
    "family_name",
    "company",
    "email",
    "phone",
    *("created_at", "other_emails"),
)
VISIT = (
    *("id", "status", "visitor_id", "tenant_id", "host_id", "starts_at", "ends_at", "starts_wall"),
    *("ends_wall", "timezone", "language", "zone_ids", "desk_code", "pass_digest"),
    *("pass_valid_from", "pass_valid_until", "admits", "entries", "created_at", "plate"),
    *("checked_in_at", "here_at", "checked_out_at", "co_host_ids", "escort_ids"),
)
WORD = ("owner_id", "tenant_id", "found_by", "spelt", "consonants", "sound")
LEAD = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Known:
    """A visitor of a tenant."""

    visitor_id: UUID
    tenant: Tenant
    given_name: str
    family_name: str
    company: str
    number: int


@dataclass
class History:
    """So many visits, 2,000 a day, ending tomorrow."""

    park: Park
    visits: int
    visitors: int
    key: bytes
    known: list[Known] = field(default_factory=list)
    today: list[tuple[UUID, UUID]] = field(default_factory=list)
    """(visit, tenant) of those of today who are still expected."""

    def __post_init__(self) -> None:
        self.chance = random.Random(SEED)
        for number in range(self.visitors):
            self.known.append(
                Known(
                    self._id(),
                    self.park.tenants[number % len(self.park.tenants)],
                    self.chance.choice(GIVEN),
                    self.chance.choice(FAMILY),
                    self.chance.choice(COMPANIES),
                    number,
                )
            )

    def _id(self) -> UUID:
        return UUID(int=self.chance.getrandbits(128), version=4)

    def code(self, number: int) -> str:
        """Eight signs, each number another code."""
        signs, base = "", len(DESK_CODE_ALPHABET)
        number = number * 7_919 + 104_729
        for _ in range(8):
            number, sign = divmod(number, base)
            signs += DESK_CODE_ALPHABET[sign]
        return signs

    def rows(self) -> Iterator[tuple[object, ...]]:
        """The visits, oldest first, in the order of `VISIT`."""
        days = -(-self.visits // A_DAY)
        first = self.park.at.date() - timedelta(days=days - 2)
        for number in range(self.visits):
            day = first + timedelta(days=number // A_DAY)
            opens, closes = self._hours(day)
            starts_at = opens + (closes - opens) * self.chance.random()
            yield self._visit(number, starts_at)

    def _hours(self, day: date) -> tuple[datetime, datetime]:
        """When visitors come; today around now, so that the desk has work at whatever hour."""
        midnight = day_starts(day, timezone=TIMEZONE)
        if day != self.park.at.date():
            return midnight + timedelta(hours=OPENS), midnight + timedelta(hours=OPENS + HOURS)
        tomorrow = day_starts(day + timedelta(days=1), timezone=TIMEZONE)
        around = timedelta(hours=HOURS / 2)
        return max(midnight, self.park.at - around), min(tomorrow, self.park.at + around)

    def _visit(self, number: int, starts_at: datetime) -> tuple[object, ...]:
        visitor = self.chance.choice(self.known)
        host = self._host(visitor.tenant)
        ends_at = starts_at + timedelta(minutes=self.chance.choice((30, 60, 120)))
        visit_id, day = self._id(), starts_at.date()
        status = self._status(starts_at)
        here = starts_at if status in {VisitStatus.CHECKED_IN, VisitStatus.CHECKED_OUT} else None
        is_coming = status is VisitStatus.EXPECTED and ends_at > self.park.at
        if day == self.park.at.date() and is_coming:
            self.today.append((visit_id, visitor.tenant.tenant_id))
        # The pass of a past visit opens nothing any more: its digest need only be its own.
        digest = (
            digest_of(token_of(visit_id, rotation=0, key=self.key))
            if status is VisitStatus.EXPECTED
            else hashlib.sha256(visit_id.bytes).hexdigest()
        )
        walls = (wall_time(at, timezone=TIMEZONE) for at in (starts_at, ends_at))
        return (
            *(visit_id, status.value, visitor.visitor_id, visitor.tenant.tenant_id),
            *(host.person_id, starts_at, ends_at, *walls, TIMEZONE, "fr", [], self.code(number)),
            *(digest, starts_at - LEAD, ends_at + LEAD, Admits.DESK_FIRST.value),
            *(Entries.ONCE_UNTIL_LEFT.value, starts_at - timedelta(days=3)),
            f"{number}-A-6" if number % 7 == 0 else None,
            *(here, here, ends_at if status is VisitStatus.CHECKED_OUT else None, [], []),
        )

    def _host(self, tenant: Tenant) -> Person:
        people = self.park.people
        return people[tenant.number + len(self.park.tenants) * self.chance.randrange(self._each())]

    def _each(self) -> int:
        return len(self.park.people) // len(self.park.tenants)

    def _status(self, starts_at: datetime) -> VisitStatus:
        today = self.park.at.date()
        if starts_at.date() > today:
            return VisitStatus.EXPECTED
        if starts_at.date() == today:
            kinds = (VisitStatus.EXPECTED, VisitStatus.CHECKED_IN, VisitStatus.CHECKED_OUT)
            return self.chance.choices(kinds, (60, 20, 20))[0]
        kinds = (VisitStatus.CHECKED_OUT, VisitStatus.NO_SHOW, VisitStatus.CANCELLED)
        return self.chance.choices(kinds, (85, 8, 7))[0]


async def fill(url: str, history: History, *, issuer: str) -> None:
    """All of it in one transaction; everybody signs in at that issuer."""
    park = history.park
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            for table, rows in directory(park, metadata, issuer=issuer):
                await copy(connection, table, rows)
            tables = ("visitors", "visits", "search_words")
            async with set_aside(connection, *tables):
                await connection.execute("ALTER TABLE visits DISABLE TRIGGER USER")
                await _people(connection, history)
                await _visits(connection, history)
                await connection.execute("ALTER TABLE visits ENABLE TRIGGER USER")
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def _people(connection: asyncpg.Connection, history: History) -> None:
    made = history.park.at - timedelta(days=600)
    await copy_records(
        connection,
        Visitor,
        VISITOR,
        (
            (
                *(one.visitor_id, one.tenant.tenant_id, one.given_name, one.family_name),
                *(one.company, _email(one), f"+2126{one.number:08}", made, []),
            )
            for one in history.known
        ),
    )
    await copy_records(connection, SearchWord, WORD, _words(history))


def _words(history: History) -> Iterator[tuple[object, ...]]:
    for one in history.known:
        for entry in entries_of(
            name=f"{one.given_name} {one.family_name}",
            name_is=FoundBy.NAME,
            company=one.company,
            email=_email(one),
            phone=f"+2126{one.number:08}",
        ):
            yield one.visitor_id, one.tenant.tenant_id, *_said(asdict(entry))
    for person in history.park.people:
        for entry in entries_of_name(person.name, FoundBy.HOST):
            yield person.person_id, person.tenant.tenant_id, *_said(asdict(entry))


def _said(entry: dict[str, object]) -> tuple[object, ...]:
    return tuple(entry[name] for name in WORD[2:])


def _email(one: Known) -> str:
    return f"visitor.{one.number}@visitor.example"


async def _visits(connection: asyncpg.Connection, history: History) -> None:
    gathered: list[tuple[object, ...]] = []
    for row in history.rows():
        gathered.append(row)
        if len(gathered) == TOGETHER:
            await _write(connection, gathered)
            gathered = []
    await _write(connection, gathered)


async def _write(connection: asyncpg.Connection, rows: list[tuple[object, ...]]) -> None:
    await copy_records(connection, Visit, VISIT, rows)
    subjects = ((f"visit/{row[0]}", 1) for row in rows)
    await copy_records(connection, metadata.tables["subjects"], ("subject", "sequence"), subjects)
