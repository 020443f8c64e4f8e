"""What policies can be asked: to be another one from now on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.policies import store
from services.visitors.policies.domain import VisitPolicy
from shared import directory
from shared.errors import NotFound
from shared.identity.listed import Person, Role


class NoSuchTenant(NotFound):
    """There is no such company in the park."""


async def must_be_theirs(session: AsyncSession, tenant_id: UUID, *, by: Person) -> None:
    """Raises `NoSuchTenant` for another company than their own, unless they run the park."""
    is_own = tenant_id == by.tenant_id
    if not is_own and not by.has(Role.OPERATOR):
        raise NoSuchTenant
    if not is_own and await directory.tenant(session, tenant_id) is None:
        raise NoSuchTenant


async def must_be_theirs_to_set(session: AsyncSession, tenant_id: UUID, *, by: Person) -> None:
    """Whether they run the company, or the park. Raises `NoSuchTenant` for another company's,
    `NotYourRole`.
    """
    await must_be_theirs(session, tenant_id, by=by)
    by.must_have(Role.TENANT_ADMIN, Role.OPERATOR)


async def policy_to_change(
    session: AsyncSession, tenant_id: UUID, *, by: Person, at: datetime
) -> VisitPolicy:
    """The tenant's policy, locked, for who may change it. Raises `NoSuchTenant`, `NotYourRole`."""
    await must_be_theirs_to_set(session, tenant_id, by=by)
    return await store.policy_to_change(session, tenant_id, by=by.person_id, at=at)


class NoSuchDesk(NotFound):
    """There is no such zone in the park for a desk to be in."""


async def set_policy(
    session: AsyncSession,
    policy: VisitPolicy,
    wish: Mapping[str, Any],
    *,
    by: Person,
    at: datetime,
) -> VisitPolicy:
    """From now on the tenant's new visits follow it. Raises `NoSuchDesk`."""
    desk_zone_id = wish["desk_zone_id"]
    if desk_zone_id is not None and await directory.zone(session, desk_zone_id) is None:
        raise NoSuchDesk
    for name, value in wish.items():
        setattr(policy, name, value)
    policy.changed_by, policy.changed_at = by.person_id, at
    policy.version += 1
    return policy
