"""Whom a door let in unawaited is looked for until somebody has met them, or they are seen leaving.

One rule: found is found once; whoever is seen inside after that is looked for again.
"""

from __future__ import annotations

from services.visitors.visits.domain.steps import By
from services.visitors.visits.domain.visit import Visit
from shared.errors import Conflict


class NobodyToFind(Conflict):
    """No door has let this visitor in unawaited; there is nobody to find."""


def find(visit: Visit, *, by: By) -> None:
    """Somebody has met the visitor; said again it is no news. Raises `NobodyToFind`."""
    if visit.let_in_at is None and visit.found_at is None:
        raise NobodyToFind
    if visit.let_in_at is not None:
        visit.let_in_at, visit.found_at, visit.found_by = None, by.at, by.person_id
        visit.version += 1
