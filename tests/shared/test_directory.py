"""The read model of the directory: news counts, and only news."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import permutations
from uuid import UUID, uuid4

import orjson
import pytest

from shared import directory
from shared.database import Database, service_registry
from shared.driver import engine_of
from shared.events import Envelope, Event
from shared.events.directory import (
    DelistingReason,
    PersonDelisted,
    PersonEvent,
    PersonFacts,
    PersonListed,
    SignIn,
    TenantFacts,
    TenantListed,
)
from shared.identity.listed import Listed, SignInClaims, TooManyOfThatAddress
from tests.support.postgres import FreshDatabase

AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
ISSUER = "https://id.example"
TENANT = uuid4()


def a_person(person_id: UUID, email: str = "amal@t.example", *accounts: str) -> PersonFacts:
    return PersonFacts(
        person_id=person_id,
        tenant_id=TENANT,
        given_name="Amal",
        family_name="Test",
        email=email,
        phone=None,
        language="fr",
        sign_in=tuple(SignIn(issuer=ISSUER, subject=subject) for subject in accounts),
        successor_id=None,
        is_listed=True,
    )


def heard(event: Event, *, sequence: int) -> Event:
    """The event as it arrives."""
    envelope = Envelope(
        id=uuid4(),
        source="/parvis/access",
        type=event.name,
        subject=event.subject,
        time=AT,
        sequence=sequence,
        data=orjson.loads(event.to_data()),
    )
    return Event.from_envelope(envelope)


def claims(subject: str = "s-1", email: str | None = "Amal@T.example") -> SignInClaims:
    return SignInClaims(ISSUER, subject, email, None, frozenset())


@pytest.fixture
async def database(fresh_database: FreshDatabase) -> AsyncIterator[Database]:
    async def make(url: str) -> None:
        metadata = service_registry().metadata
        directory.add_directory_tables(metadata)
        engine = engine_of(url)
        async with engine.begin() as connection:
            await connection.run_sync(metadata.create_all)
        await engine.dispose()

    made = Database(await fresh_database("directory", make), name="visitors")
    yield made
    await made.close()


async def learn(database: Database, event: Event, *, sequence: int) -> bool:
    arrived = heard(event, sequence=sequence)
    assert isinstance(arrived, PersonEvent)
    async with database.transaction() as session:
        return await directory.learn_person(session, arrived)


async def test_the_same_person_is_known_in_whatever_order_news_comes(
    database: Database,
) -> None:
    for order in permutations([1, 2, 3]):
        person_id = uuid4()
        for sequence in (*order, 2):
            facts = a_person(person_id, f"{sequence}@{person_id}.example")
            event = (
                PersonDelisted(
                    person=facts.model_copy(update={"is_listed": False}),
                    reason=DelistingReason.LEFT,
                )
                if sequence == 3
                else PersonListed(person=facts)
            )
            await learn(database, event, sequence=sequence)
        async with database.transaction() as session:
            known = await directory.person(session, person_id)
        assert known is not None
        assert (known.email, known.is_listed) == (f"3@{person_id}.example", False)


async def test_a_first_sign_in_by_verified_address_is_remembered(database: Database) -> None:
    person_id = uuid4()
    await learn(database, PersonListed(person=a_person(person_id)), sequence=1)
    for signed in (claims(), claims(email=None)):
        async with database.transaction() as session:
            found = await directory.person_signing_in(session, signed, AT)
        assert found is not None
        assert found.person_id == person_id


async def test_many_first_requests_at_once_are_one_sign_in(database: Database) -> None:
    for number in range(10):
        email = f"{number}@t.example"
        await learn(database, PersonListed(person=a_person(uuid4(), email)), sequence=1)

        async def sign_in(signed: SignInClaims) -> Listed | None:
            async with database.transaction() as session:
                return await directory.person_signing_in(session, signed, AT)

        signed = claims(f"s-{number}", email)
        found = await asyncio.gather(*(sign_in(signed) for _ in range(8)))
        assert None not in found


async def test_an_address_that_is_not_verified_names_nobody(database: Database) -> None:
    await learn(database, PersonListed(person=a_person(uuid4())), sequence=1)
    async with database.transaction() as session:
        assert await directory.person_signing_in(session, claims(email=None), AT) is None


async def test_whoever_has_an_account_is_not_taken_over_by_another_one(
    database: Database,
) -> None:
    person = a_person(uuid4(), "amal@t.example", "s-1")
    await learn(database, PersonListed(person=person), sequence=1)
    async with database.transaction() as session:
        assert await directory.person_signing_in(session, claims("s-thief"), AT) is None


async def test_a_leaver_is_found_and_known_to_have_left(database: Database) -> None:
    gone = a_person(uuid4()).model_copy(update={"is_listed": False})
    left = PersonDelisted(person=gone, reason=DelistingReason.LEFT)
    await learn(database, left, sequence=2)
    async with database.transaction() as session:
        found = await directory.person_signing_in(session, claims(), AT)
    assert found is not None
    assert not found.is_listed


async def test_two_people_of_one_address_are_told_so(database: Database) -> None:
    for _ in range(2):
        await learn(database, PersonListed(person=a_person(uuid4())), sequence=1)
    with pytest.raises(TooManyOfThatAddress):
        async with database.transaction() as session:
            await directory.person_signing_in(session, claims(), AT)


async def test_a_tenant_is_known_with_its_zones(database: Database) -> None:
    facts = TenantFacts(
        tenant_id=TENANT,
        name="Atlas",
        is_landlord=True,
        language="ar",
        desk_address="desk@t.example",
        zone_ids=(uuid4(), uuid4()),
        is_listed=True,
    )
    event = heard(TenantListed(tenant=facts), sequence=1)
    assert isinstance(event, TenantListed)
    async with database.transaction() as session:
        assert await directory.learn_tenant(session, event)
        assert not await directory.learn_tenant(session, event)
        assert await directory.tenant(session, TENANT) == facts
