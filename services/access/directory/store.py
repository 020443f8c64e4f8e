"""What can be looked up in the directory. Visibility is decided here: not yours is not found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.access.directory.domain import Account, NoSuchPerson, NoSuchTenant, Person, Tenant
from shared.events.directory import SignIn
from shared.identity.listed import PARK_WIDE, Listed, SignInClaims, TooManyOfThatAddress
from shared.identity.listed import Person as Caller


def _tenants_seen_by(me: Caller) -> Select[Tenant]:
    query = select(Tenant)
    return query if me.has(*PARK_WIDE) else query.where(col(Tenant.tenant_id) == me.tenant_id)


def _people_seen_by(me: Caller) -> Select[Person]:
    query = select(Person)
    return query if me.has(*PARK_WIDE) else query.where(col(Person.tenant_id) == me.tenant_id)


async def tenant(
    session: AsyncSession, tenant_id: UUID, *, seen_by: Caller, lock: bool = False
) -> Tenant:
    """Raises `NoSuchTenant`, also for a tenant that the caller may not see."""
    query = _tenants_seen_by(seen_by).where(col(Tenant.tenant_id) == tenant_id)
    found = await session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NoSuchTenant
    return found


async def tenants(
    session: AsyncSession, *, seen_by: Caller, after: tuple[str, UUID] | None, limit: int
) -> Sequence[Tenant]:
    order = tuple_(col(Tenant.name), col(Tenant.tenant_id))
    query = _tenants_seen_by(seen_by).order_by(*order).limit(limit)
    if after is not None:
        query = query.where(order > after)
    return (await session.scalars(query)).all()


async def tenant_to_join(session: AsyncSession, tenant_id: UUID) -> Tenant:
    """The tenant, which stays listed until this transaction ends. Raises `NoSuchTenant`."""
    found = await session.get(
        Tenant, tenant_id, with_for_update={"read": True}, populate_existing=True
    )
    if found is None or not found.is_listed:
        raise NoSuchTenant
    return found


async def tenant_to_let_to(session: AsyncSession, tenant_id: UUID) -> Tenant:
    """The listed tenant, locked. Raises `NoSuchTenant`."""
    found = await locked_tenant(session, tenant_id)
    if not found.is_listed:
        raise NoSuchTenant
    return found


async def locked_tenant(session: AsyncSession, tenant_id: UUID) -> Tenant:
    """Raises `NoSuchTenant`."""
    found = await session.get(Tenant, tenant_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NoSuchTenant
    return found


async def landlord(session: AsyncSession) -> Tenant | None:
    query = select(Tenant).where(col(Tenant.is_landlord), col(Tenant.is_listed))
    return await session.scalar(query)


async def person(
    session: AsyncSession, person_id: UUID, *, seen_by: Caller, lock: bool = False
) -> Person:
    """Raises `NoSuchPerson`, also for a person that the caller may not see."""
    query = _people_seen_by(seen_by).where(col(Person.person_id) == person_id)
    found = await session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NoSuchPerson
    return found


async def people(
    session: AsyncSession,
    *,
    seen_by: Caller,
    email: str | None,
    tenant_id: UUID | None,
    after: tuple[str, str, UUID] | None,
    limit: int,
) -> Sequence[Person]:
    """Listed people in the order of their names."""
    order = tuple_(col(Person.family_name), col(Person.given_name), col(Person.person_id))
    query = _people_seen_by(seen_by).where(col(Person.is_listed)).order_by(*order).limit(limit)
    if email is not None:
        query = query.where(col(Person.email) == email.strip().lower())
    if tenant_id is not None:
        query = query.where(col(Person.tenant_id) == tenant_id)
    if after is not None:
        query = query.where(order > after)
    return (await session.scalars(query)).all()


async def count_of_people(session: AsyncSession, person_ids: Collection[UUID]) -> int:
    """How many of these are, or were, somebody of the directory."""
    query = select(func.count()).where(col(Person.person_id).in_(person_ids))
    return await session.scalar(query) or 0


async def count_of_tenants(session: AsyncSession, tenant_ids: Collection[UUID]) -> int:
    """How many of these are, or were, a company of the park."""
    query = select(func.count()).where(col(Tenant.tenant_id).in_(tenant_ids))
    return await session.scalar(query) or 0


async def person_by_email(session: AsyncSession, email: str) -> Person | None:
    """The listed person of that address."""
    query = select(Person).where(col(Person.email) == email.lower(), col(Person.is_listed))
    return await session.scalar(query)


async def accounts(session: AsyncSession, person_id: UUID) -> tuple[SignIn, ...]:
    query = (
        select(Account)
        .where(col(Account.person_id) == person_id)
        .order_by(col(Account.issuer), col(Account.subject))
    )
    rows = await session.scalars(query)
    return tuple(SignIn(issuer=row.issuer, subject=row.subject) for row in rows)


async def accounts_of(
    session: AsyncSession, person_ids: Sequence[UUID]
) -> dict[UUID, tuple[SignIn, ...]]:
    """By person; who has none is left out."""
    rows = await session.scalars(
        select(Account)
        .where(col(Account.person_id).in_(person_ids))
        .order_by(col(Account.issuer), col(Account.subject))
    )
    found: dict[UUID, tuple[SignIn, ...]] = {}
    for row in rows:
        account = SignIn(issuer=row.issuer, subject=row.subject)
        found[row.person_id] = (*found.get(row.person_id, ()), account)
    return found


_LISTED: Select[*tuple[Any, ...]] = select(
    col(Person.person_id),
    col(Person.tenant_id),
    col(Person.given_name),
    col(Person.family_name),
    col(Person.email),
    col(Person.language),
    col(Person.is_listed),
    col(Tenant.is_landlord).label("is_landlord"),
    col(Tenant.is_listed).label("is_tenant_listed"),
).join(Tenant, col(Tenant.tenant_id) == col(Person.tenant_id))


async def listed_by_account(session: AsyncSession, claims: SignInClaims) -> Listed | None:
    """Whose account this is."""
    query = _LISTED.join(Account, col(Account.person_id) == col(Person.person_id)).where(
        col(Account.issuer) == claims.issuer, col(Account.subject) == claims.subject
    )
    row = (await session.execute(query)).first()
    return None if row is None else Listed(**row._mapping)


async def listed_by_address(session: AsyncSession, email: str, *, issuer: str) -> Listed | None:
    """Who has that address and no account yet at the issuer; a leaver where nobody is listed."""
    taken = select(col(Account.person_id)).where(col(Account.issuer) == issuer)
    query = (
        _LISTED.where(col(Person.email) == email.lower(), col(Person.person_id).not_in(taken))
        .order_by(col(Person.is_listed).desc())
        .limit(2)
    )
    rows = [Listed(**row._mapping) for row in await session.execute(query)]
    if len(rows) > 1 and rows[1].is_listed:
        raise TooManyOfThatAddress
    return rows[0] if rows else None


async def link(session: AsyncSession, account: Account) -> bool:
    """Ties an account to its person. False: another request was first."""
    statement = (
        insert(Account)
        .values(account.model_dump())
        .on_conflict_do_nothing()
        .returning(col(Account.person_id))
    )
    return (await session.execute(statement)).first() is not None


async def locked_person(session: AsyncSession, person_id: UUID) -> Person:
    """Raises `NoSuchPerson`."""
    found = await session.get(Person, person_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NoSuchPerson
    return found


async def listed_tenant_ids(session: AsyncSession) -> Sequence[UUID]:
    query = select(col(Tenant.tenant_id)).where(col(Tenant.is_listed))
    return (await session.scalars(query.order_by(col(Tenant.tenant_id)))).all()


async def listed_person_ids(
    session: AsyncSession, *, after: UUID | None, limit: int
) -> Sequence[UUID]:
    query = select(col(Person.person_id)).where(col(Person.is_listed))
    if after is not None:
        query = query.where(col(Person.person_id) > after)
    return (await session.scalars(query.order_by(col(Person.person_id)).limit(limit))).all()
