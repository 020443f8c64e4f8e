"""The policy, and the plain values that it is made of."""

from services.access.policy.domain.known import (
    EnteredZone,
    KnownBadge,
    KnownKey,
    KnownPass,
    KnownPerson,
    KnownPin,
    Point,
    RightFound,
)
from services.access.policy.domain.policy import UNKNOWN, Policy

__all__ = [
    "UNKNOWN",
    "EnteredZone",
    "KnownBadge",
    "KnownKey",
    "KnownPass",
    "KnownPerson",
    "KnownPin",
    "Point",
    "Policy",
    "RightFound",
]
