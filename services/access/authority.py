"""Who looks after whose people: park-wide roles after all, a tenant's admin after their own."""

from __future__ import annotations

from uuid import UUID

from shared.identity.listed import NotYourRole, Person, Role


def must_serve(me: Person, tenant_id: UUID) -> None:
    """At a desk, or looking after that tenant's people. Raises `NotYourRole`."""
    if me.has(Role.SECURITY, Role.OPERATOR) or me.is_landlords_receptionist:
        return
    me.must_have(Role.RECEPTIONIST, Role.TENANT_ADMIN)
    if me.tenant_id != tenant_id:
        raise NotYourRole


def must_look_after(me: Person, tenant_id: UUID | None, *, park_wide: tuple[Role, ...]) -> None:
    """Raises `NotYourRole`. Whether the caller may see the tenant, stores have decided; None: what
    they look after is the whole park's.
    """
    if me.has(*park_wide):
        return
    me.must_have(Role.TENANT_ADMIN)
    if me.tenant_id != tenant_id:
        raise NotYourRole
