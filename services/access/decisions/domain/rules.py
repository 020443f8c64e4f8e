"""How a read is decided: from what was found of credential, holder, rights and standing.

Pure rules: no session, no clock, no network. Two rules above all: a way out is granted whatever
rules object, and says so in its flags; every decision has one outcome and exactly one coded reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.access.decisions.domain.found import Found
from services.access.decisions.domain.reads import WrongEpoch
from services.access.decisions.domain.reasons import Flag, Outcome, Reason

CLOCK_MAY_DIFFER_BY = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome, its one reason, and what else is to be known."""

    outcome: Outcome
    reason: Reason
    flags: tuple[str, ...]
    booking_ids: tuple[UUID, ...] = ()


def decide(found: Found, *, epoch: int, read_at: datetime, at: datetime) -> Verdict:
    """Raises `WrongEpoch` for a way in only: a way out is granted whatever rules object."""
    is_numbered_well = epoch == found.point.epoch
    objection = found.objection_to_credential(at)
    flags: list[str] = []
    if abs(read_at - at) > CLOCK_MAY_DIFFER_BY:
        flags.append(Flag.CLOCK_OFF)
    if found.point.is_way_out:
        if not is_numbered_well:
            flags.append(Flag.WRONG_EPOCH)
        if objection is not None:
            flags.append(objection)
        return Verdict(Outcome.GRANTED, Reason.WAY_OUT, tuple(flags))
    if not is_numbered_well:
        raise WrongEpoch(epoch=found.point.epoch)
    objection = objection or found.objection_to_way(at)
    if objection is not None:
        return Verdict(Outcome.DENIED, objection, tuple(flags))
    return Verdict(Outcome.GRANTED, Reason.RIGHT, tuple(flags), found.booking_ids(at))
