"""Why a read was decided as it was: what was found then is decided once more.

One rule: the same inputs give the same verdict, bit for bit; an explanation that differs from what
was answered says so itself, and is a fault of ours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from services.access.decisions.domain import Flag, Found, Reason, Verdict, decide
from services.access.decisions.records import Decision
from services.access.journal.domain import JournalParticulars
from shared.errors import Conflict

_FOUND = TypeAdapter(Found)


class NoMoreToExplain(Conflict):
    """What this decision went by was erased, or is older than explanations are kept."""


@dataclass(frozen=True)
class Explanation:
    """A decision made anew from what was found at its time."""

    verdict: Verdict
    policy_version: int
    is_the_same: bool
    """Whether outcome, reason and flags are those that were answered."""
    found: dict[str, Any]


def explain(decision: Decision, about: JournalParticulars | None) -> Explanation:
    """Raises `NoMoreToExplain`."""
    if about is None or about.inputs is None:
        raise NoMoreToExplain
    found = _FOUND.validate_python(about.inputs["found"])
    verdict = decide(found, epoch=decision.epoch, read_at=decision.read_at, at=decision.decided_at)
    answered = [flag for flag in decision.flags if flag != Flag.SEQUENCE_USED]
    return Explanation(
        verdict=verdict,
        policy_version=about.inputs["policy"],
        is_the_same=(verdict.outcome, verdict.reason, list(map(str, verdict.flags)))
        == (decision.outcome, decision.reason, answered),
        found=about.inputs["found"],
    )


RULES: dict[Reason, str] = {
    Reason.RIGHT: "A right of the holder covers this way at this time, and nothing objects.",
    Reason.WAY_OUT: "Getting out is never refused.",
    Reason.UNLOCKED: "The door stands unlocked.",
    Reason.EVACUATION: "The zone is evacuated; its doors are released.",
    Reason.UNKNOWN_CREDENTIAL: "Nobody was ever given this credential.",
    Reason.BAD_READ: "The bits are no whole frame of the reader's card format.",
    Reason.AMBIGUOUS_CREDENTIAL: "Live badges of several tenants have this number.",
    Reason.CREDENTIAL_LOST: "The badge was reported lost.",
    Reason.CREDENTIAL_STOLEN: "The badge was reported stolen.",
    Reason.CREDENTIAL_DAMAGED: "The badge was taken out of use as damaged.",
    Reason.CREDENTIAL_INACTIVE: "The badge sleeps.",
    Reason.CREDENTIAL_RETURNED: "The badge was returned.",
    Reason.CREDENTIAL_BLOCKED: "The badge was blocked.",
    Reason.CREDENTIAL_NOT_YET_VALID: "The badge is not valid yet.",
    Reason.CREDENTIAL_EXPIRED: "The badge is not valid any more.",
    Reason.HOLDER_DELISTED: "The holder, or their company, has left the directory.",
    Reason.NOT_YET_VALID: "The holder's right, or the pass, begins later.",
    Reason.EXPIRED: "The holder's right, or the pass, is over.",
    Reason.NO_RIGHT: "The holder has no right here.",
    Reason.OUTSIDE_SCHEDULE: "The holder's right does not count at this hour.",
    Reason.OUTSIDE_CEILING: "The tenant's right goes further than the landlord allows here.",
    Reason.NOT_CHECKED_IN: "This visitor goes to the desk first.",
    Reason.PASS_ENDED: "The visit of this pass is over, or the pass was revoked.",
    Reason.PASS_ALREADY_INSIDE: "A pass admits once until its holder has left.",
    Reason.LOCKED_DOWN: "The zone is locked down, and the holder is not exempt.",
    Reason.DOOR_LOCKED: "The door is locked for everybody.",
    Reason.PIN_REQUIRED: "This door asks for a PIN beside the badge.",
    Reason.PIN_WRONG: "The PIN was wrong.",
    Reason.PIN_LOCKED: "The PIN is locked after too many wrong ones.",
    Reason.PASSBACK: "The holder is inside already.",
    Reason.ZONE_FULL: "The zone holds as many people as it may.",
    Reason.SECOND_PERSON_NEEDED: "Nobody may be alone in this zone; a second person reads as well.",
    Reason.ESCORT_NEEDED: "This visitor passes here only with their escort.",
}
"""The rule behind each reason, in one sentence; catalogues hold the French and the Arabic."""
