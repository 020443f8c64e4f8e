"""What must be true before a visitor is checked in, and the refusal for each that is not.

One rule: what is open is found from policy, visit and accepted documents, never kept; so a new
policy or another day counts at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.visitors.policies.domain import Policy, Proof, VisitKind
from services.visitors.visits.domain.kept import KeptVisit
from shared.clock import wall_time
from shared.errors import Conflict


class ConditionCode(StrEnum):
    """What is still to be done."""

    DOCUMENT_TO_ACCEPT = "document_to_accept"
    ID_TO_BE_SEEN = "id_to_be_seen"
    INSURANCE_TO_BE_SHOWN = "insurance_to_be_shown"
    INDUCTION_TO_BE_DONE = "induction_to_be_done"
    PERMIT_TO_BE_SHOWN = "permit_to_be_shown"
    OUTSIDE_VISITING_HOURS = "outside_visiting_hours"


@dataclass(frozen=True)
class Condition:
    """One thing that is still to be done."""

    code: ConditionCode
    document_id: UUID | None = None


@dataclass(frozen=True)
class Shown:
    """What a visitor has shown so far, and of what kind they are."""

    kind: VisitKind
    id_seen_at: datetime | None
    insurance_until: date | None
    induction_on: date | None
    permit_number: str | None


def shown_for(visit: KeptVisit) -> Shown:
    return Shown(**{each.name: getattr(visit, each.name) for each in fields(Shown)})


class ConditionOpen(Conflict):
    """Something is still to be done before this visitor is checked in."""

    def __init__(self, conditions: Sequence[Condition]) -> None:
        super().__init__()
        self.members = {
            "conditions": [
                {"code": each.code.value}
                | ({"document_id": str(each.document_id)} if each.document_id else {})
                for each in conditions
            ]
        }


class DocumentToAccept(ConditionOpen):
    """The visitor has a document to accept before they are checked in."""


class IdToBeSeen(ConditionOpen):
    """Have the visitor show an identity document, and say that you have seen it."""


class InsuranceToBeShown(ConditionOpen):
    """This contractor's insurance does not cover today, or is not known; enter until when it
    holds.
    """


class InductionToBeDone(ConditionOpen):
    """This contractor has not been instructed yet; enter the day of the induction."""


class PermitToBeShown(ConditionOpen):
    """This contractor's work permit is not known; enter its number."""


class OutsideVisitingHours(ConditionOpen):
    """Visitors are not received at this hour; say why if you make an exception."""


_REFUSALS: dict[ConditionCode, type[ConditionOpen]] = {
    ConditionCode.DOCUMENT_TO_ACCEPT: DocumentToAccept,
    ConditionCode.ID_TO_BE_SEEN: IdToBeSeen,
    ConditionCode.INSURANCE_TO_BE_SHOWN: InsuranceToBeShown,
    ConditionCode.INDUCTION_TO_BE_DONE: InductionToBeDone,
    ConditionCode.PERMIT_TO_BE_SHOWN: PermitToBeShown,
    ConditionCode.OUTSIDE_VISITING_HOURS: OutsideVisitingHours,
}


def open_conditions(
    shown: Shown,
    policy: Policy,
    *,
    documents: Sequence[UUID],
    at: datetime,
    timezone: str,
) -> list[Condition]:
    """What is open at that time, in the order in which a desk goes about it.

    `documents` are those that the visitor has still to accept; `timezone` is the park's.
    """
    wall = wall_time(at, timezone=timezone)
    found = [] if policy.receives_at(wall) else [Condition(ConditionCode.OUTSIDE_VISITING_HOURS)]
    if policy.must_see_id and shown.id_seen_at is None:
        found.append(Condition(ConditionCode.ID_TO_BE_SEEN))
    if shown.kind is VisitKind.CONTRACTOR:
        found += [
            Condition(code)
            for proof, code in _missing_proofs(shown, today=wall.date()).items()
            if proof in policy.contractor_proofs
        ]
    return found + [Condition(ConditionCode.DOCUMENT_TO_ACCEPT, each) for each in documents]


def _missing_proofs(shown: Shown, *, today: date) -> dict[Proof, ConditionCode]:
    missing: dict[Proof, ConditionCode] = {}
    if shown.insurance_until is None or shown.insurance_until < today:
        missing[Proof.INSURANCE] = ConditionCode.INSURANCE_TO_BE_SHOWN
    if shown.induction_on is None or shown.induction_on > today:
        missing[Proof.INDUCTION] = ConditionCode.INDUCTION_TO_BE_DONE
    if shown.permit_number is None:
        missing[Proof.PERMIT] = ConditionCode.PERMIT_TO_BE_SHOWN
    return missing


def must_be_met(conditions: Sequence[Condition]) -> None:
    """Raises the refusal of the first that is open; it names the others too."""
    if conditions:
        raise _REFUSALS[conditions[0].code](conditions)
