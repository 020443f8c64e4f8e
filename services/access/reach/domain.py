"""Who reaches what: rights weighed together at one place and instant.

Pure rules. One rule: this is about rights alone; doors' modes, lockdowns and credentials have their
own say when somebody reads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from services.access.rights.effective import Answer, Claim, Judgement, answer
from shared.errors import Conflict


class EverybodyMayLeave(Conflict):
    """This leads out, and getting out is never refused; ask about the way in."""


class Why(StrEnum):
    """Why somebody may pass, or may not: a way out, gone from the directory, or their rights."""

    WAY_OUT = "way_out"
    HOLDER_DELISTED = "holder_delisted"
    RIGHT = Answer.RIGHT
    NO_RIGHT = Answer.NO_RIGHT
    EXPIRED = Answer.EXPIRED
    NOT_YET_VALID = Answer.NOT_YET_VALID
    OUTSIDE_CEILING = Answer.OUTSIDE_CEILING
    OUTSIDE_SCHEDULE = Answer.OUTSIDE_SCHEDULE


@dataclass(frozen=True, slots=True)
class Judged:
    """A right, and what it is worth there and then."""

    claim: Claim
    judgement: Judgement


@dataclass(frozen=True, slots=True)
class Able:
    """Somebody who may pass, and the rights by which."""

    person_id: UUID
    tenant_id: UUID
    given_name: str
    family_name: str
    right_ids: Sequence[UUID]


def why(judged: Sequence[Judged], *, is_way_out: bool, is_listed: bool) -> Why:
    """What a read would be answered, as far as rights decide."""
    if is_way_out:
        return Why.WAY_OUT
    if not is_listed:
        return Why.HOLDER_DELISTED
    return Why(answer(each.judgement.standing for each in judged))
