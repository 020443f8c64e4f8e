"""What can be asked of the directory: list, delist, and recognise who signs in."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.authority import must_look_after
from services.access.directory import store
from services.access.directory.domain import (
    Account,
    AddressTaken,
    NoMoveByEdit,
    NoSuchPerson,
    NoSuchTenant,
    NumberTaken,
    Person,
    PersonChanges,
    Tenant,
)
from shared.database import refuse_as
from shared.errors import Refusal
from shared.events.directory import DelistingReason, Language
from shared.identity.listed import Listed, Role, SignInClaims
from shared.identity.listed import Person as Caller
from shared.messaging.outbox import announce

TAKEN: dict[str, type[Refusal]] = {
    "people_email_key": AddressTaken,
    "people_external_id_key": NumberTaken,
}


async def list_tenant(session: AsyncSession, tenant: Tenant, *, by: Caller) -> Tenant:
    """A company moves in."""
    by.must_have(Role.OPERATOR)
    session.add(tenant)
    await session.flush()
    announce(session, tenant.listed())
    return tenant


async def let_zone(session: AsyncSession, zone_id: UUID, *, to: UUID) -> None:
    """A zone is the tenant's from now on. Raises `NoSuchTenant`."""
    tenant = await store.tenant_to_let_to(session, to)
    announce(session, tenant.rent(zone_id))


async def take_zone_back(session: AsyncSession, zone_id: UUID, *, of: UUID) -> None:
    """A zone is the tenant's no more."""
    tenant = await store.locked_tenant(session, of)
    announce(session, tenant.give_up(zone_id))


async def list_person(session: AsyncSession, person: Person, *, by: Caller) -> Person:
    """Somebody begins to work in the park. Raises `NoSuchTenant`, `AddressTaken`."""
    by.must_have(Role.OPERATOR, Role.TENANT_ADMIN)
    if not by.has(Role.OPERATOR) and person.tenant_id != by.tenant_id:
        raise NoSuchTenant
    await store.tenant_to_join(session, person.tenant_id)
    with refuse_as(TAKEN):
        session.add(person)
        await session.flush()
    announce(session, person.listed())
    return person


async def must_be_known(
    session: AsyncSession,
    person_ids: Iterable[UUID | None],
    tenant_ids: Collection[UUID] = (),
) -> None:
    """For acts that name people of the whole park; None is nobody.

    Raises `NoSuchPerson`, `NoSuchTenant`.
    """
    people = {each for each in person_ids if each is not None}
    if people and await store.count_of_people(session, people) < len(people):
        raise NoSuchPerson
    tenants = set(tenant_ids)
    if tenants and await store.count_of_tenants(session, tenants) < len(tenants):
        raise NoSuchTenant


async def tenant_to_change(session: AsyncSession, tenant_id: UUID, *, by: Caller) -> Tenant:
    """The tenant, locked: operators change any, admins their own. Raises `NoSuchTenant`."""
    tenant = await store.tenant(session, tenant_id, seen_by=by, lock=True)
    must_look_after(by, tenant.tenant_id, park_wide=(Role.OPERATOR,))
    return tenant


async def edit_tenant(
    session: AsyncSession,
    tenant: Tenant,
    *,
    name: str,
    language: Language,
    desk_address: str | None,
) -> None:
    """The others hear of it only where anything is another now. Raises `TenantHasLeft`."""
    news = tenant.edit(name=name, language=language, desk_address=desk_address)
    if news is not None:
        announce(session, news)


async def person_to_change(session: AsyncSession, person_id: UUID, *, by: Caller) -> Person:
    """The person, locked: operators change anybody, admins their own people.

    Raises `NoSuchPerson`.
    """
    person = await store.person(session, person_id, seen_by=by, lock=True)
    must_look_after(by, person.tenant_id, park_wide=(Role.OPERATOR,))
    return person


async def edit_person(
    session: AsyncSession, person: Person, changes: PersonChanges, *, tenant_id: UUID | None
) -> None:
    """The others hear of it only where what they know has changed.

    Raises `NoMoveByEdit`, `AddressTaken`, `NumberTaken`, `AlreadyDelisted`.
    """
    if tenant_id not in {None, person.tenant_id}:
        raise NoMoveByEdit
    accounts = await store.accounts(session, person.person_id)
    before = person.facts(accounts)
    if person.edit(changes):
        with refuse_as(TAKEN):
            await session.flush()
        if person.facts(accounts) != before:
            announce(session, person.listed(accounts))


async def delist_person(
    session: AsyncSession,
    person_id: UUID,
    *,
    reason: DelistingReason,
    successor_id: UUID | None,
    by: Caller,
    at: datetime,
) -> Person:
    """Somebody leaves. Badges, rights and accounts are dead with this commit."""
    person = await person_to_change(session, person_id, by=by)
    successor = None
    if successor_id is not None:
        successor = await store.person(session, successor_id, seen_by=by)
    accounts = await store.accounts(session, person_id)
    announce(
        session,
        person.delist(reason=reason, successor=successor, accounts=accounts, at=at),
    )
    return person


async def delist_tenant(
    session: AsyncSession, tenant_id: UUID, *, by: Caller, at: datetime
) -> Tenant:
    """A company moves out: its people are nobody here with this commit.

    Raises `NoSuchTenant`, `TenantHasLeft`, `LandlordStays`.
    """
    tenant = await store.tenant(session, tenant_id, seen_by=by, lock=True)
    by.must_have(Role.OPERATOR)
    announce(session, tenant.delist(at=at))
    return tenant


async def recognise(session: AsyncSession, claims: SignInClaims, at: datetime) -> Listed | None:
    """Whose account this is: by (issuer, subject), and the first time by verified e-mail."""
    known = await store.listed_by_account(session, claims)
    if known is not None or not claims.verified_email:
        return known
    found = await store.listed_by_address(session, claims.verified_email, issuer=claims.issuer)
    if found is None:  # perhaps a request beside this one has tied the account meanwhile
        return await store.listed_by_account(session, claims)
    if not found.is_listed:
        return found
    account = Account(
        issuer=claims.issuer, subject=claims.subject, person_id=found.person_id, linked_at=at
    )
    person = await store.locked_person(session, found.person_id)
    if await store.link(session, account):
        announce(session, person.listed(await store.accounts(session, person.person_id)))
    return found
