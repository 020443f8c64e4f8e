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
    credential = found.objection_to_credential(at)
    flags: list[str] = []
    if abs(read_at - at) > CLOCK_MAY_DIFFER_BY:
        flags.append(Flag.CLOCK_OFF)
    if found.point.is_way_out:
        if not is_numbered_well:
            flags.append(Flag.WRONG_EPOCH)
        if credential is not None:
            flags.append(credential)
        return Verdict(Outcome.GRANTED, Reason.WAY_OUT, tuple(flags))
    if not is_numbered_well:
        raise WrongEpoch(epoch=found.point.epoch)
    booking_ids = found.booking_ids if credential is None else ()
    return _way_in(found, credential or found.objection_to_way(), flags, booking_ids)


def _way_in(
    found: Found, objection: Reason | None, flags: list[str], booking_ids: tuple[UUID, ...]
) -> Verdict:
    """What objects does not hold whoever finds the door open: it is flagged."""
    if objection is None:
        if found.standing.passback:
            flags.append(Reason.PASSBACK)
        return Verdict(Outcome.GRANTED, Reason.RIGHT, tuple(flags), booking_ids)
    noted = (*flags, objection)
    if found.way.is_evacuated:
        return Verdict(Outcome.GRANTED, Reason.EVACUATION, noted, booking_ids)
    if found.way.is_unlocked and not found.way.is_locked_down:
        return Verdict(Outcome.GRANTED, Reason.UNLOCKED, noted, booking_ids)
    return Verdict(Outcome.DENIED, objection, tuple(flags))
