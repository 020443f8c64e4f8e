"""Which part of the policy is loaded how."""

from __future__ import annotations

from services.access.policy.store import holders, places
from services.access.policy.store.loading import Load
from services.access.policy.watched import Part

__all__ = ["LOADS"]

LOADS: dict[Part, Load] = {
    Part.PREMISES: places.premises,
    Part.CONTROLLER: places.keys,
    Part.SCHEDULE: places.schedules,
    Part.CLOSURE: places.closures,
    Part.TENANT: places.tenants,
    Part.PERSON: holders.people,
    Part.GROUP: holders.groups,
    Part.PIN: holders.pins,
    Part.BADGE: holders.badges,
    Part.RIGHT: holders.rights,
    Part.CEILING: holders.ceilings,
    Part.VISIT: holders.visits,
}
