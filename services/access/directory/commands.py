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
    NoSuchPerson,
    NoSuchTenant,
    Person,
    Tenant,
)
from shared.database import refuse_as
from shared.events.directory import DelistingReason
from shared.identity.listed import Listed, Role, SignInClaims
from shared.identity.listed import Person as Caller
from shared.messaging.outbox import announce


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
    with refuse_as({"people_email_key": AddressTaken, "people_tenant_id_fkey": NoSuchTenant}):
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


async def delist_person(
    session: AsyncSession,
    person_id: UUID,
    *,
    reason: DelistingReason,
    successor_id: UUID | None,
    by: Caller,
    at: datetime,
) -> None:
    """Somebody leaves. Badges, rights and accounts are dead with this commit."""
    person = await store.person(session, person_id, seen_by=by, lock=True)
    must_look_after(by, person.tenant_id, park_wide=(Role.OPERATOR,))
    successor = None
    if successor_id is not None:
        successor = await store.person(session, successor_id, seen_by=by)
    accounts = await store.accounts(session, person_id)
    announce(
        session,
        person.delist(reason=reason, successor=successor, accounts=accounts, at=at),
    )


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
