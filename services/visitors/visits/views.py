"""What is shown of a visit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from services.visitors.notices.domain import Notice, NoticeKind, NoticeStatus
from services.visitors.policies.domain import VisitKind
from services.visitors.visitors.domain import Visitor
from services.visitors.visits.domain import ApprovalBy, Says, Step, Visit, VisitStep
from shared.clock import local
from shared.events.visits import How, VisitFacts, VisitStatus
from shared.identity.listed import Person, Role


class VisitView(VisitFacts):
    """A visit as its host and the reception see it."""

    kind: VisitKind
    version: int
    private_note: str | None
    """For the desk; hosts and receptions alone see it."""
    accessibility: str | None
    plate: str | None
    insurance_until: date | None
    induction_on: date | None
    permit_number: str | None
    id_seen_at: datetime | None
    badge_printed_at: datetime | None
    is_pass_revoked: bool
    approval_by: ApprovalBy | None
    """Whose word the visit waits for, or waited."""
    decision_reason: str | None
    says: Says | None
    """What the visitor has told by themselves."""
    says_late_minutes: int | None
    says_at: datetime | None
    host_told_at: datetime | None
    """When the host was told that the visitor is here."""
    host_coming_at: datetime | None
    """When one of the hosts said that they go to meet the visitor."""
    host_coming_by: UUID | None
    series_id: UUID | None
    desk_code: str
    """Looks the visit up at the desk; opens no door."""
    arrived_at: datetime | None
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    cancelled_at: datetime | None
    let_in_at: datetime | None
    """When a door let the visitor in though the visit is off or for another day, and nobody has
    admitted them; null once they have left, or somebody has found them.
    """
    found_at: datetime | None
    """When somebody last found the visitor whom a door had let in so."""
    found_by: UUID | None


class StepView(BaseModel):
    """One step that was taken."""

    step: Step
    from_status: VisitStatus | None
    to_status: VisitStatus
    how: How | None
    person_id: UUID | None
    """Who took it; None for doors, sweeps and visitors."""
    reason: str | None
    occurred_at: datetime
    recorded_at: datetime
    """When this was learned of, where that is later."""


class NoticeView(BaseModel):
    """A mail or a message that was sent, or will be."""

    kind: NoticeKind
    to: str | None
    """The address of a mail."""
    channel: str | None
    """The company's channel by which it goes; None: by mail."""
    because: str | None
    """Why others than the host were told, in the language of `Accept-Language`."""
    status: NoticeStatus
    attempts: int
    sent_at: datetime | None
    reason: str | None
    """Why it was not sent, or not yet."""


class Notices(BaseModel):
    """The mails and messages about a visit, in the order they were made; a visit has few."""

    items: list[NoticeView]
    next: None = None


SHOWN = VisitView.model_fields.keys() - VisitFacts.model_fields.keys() - {"is_pass_revoked"}
"""What a row holds under the same name, beside the facts."""


def visit_view(visit: Visit, visitor: Visitor, *, to: Person | None = None) -> VisitView:
    """`to` is left out where the caller is known to be a host or at the desk."""
    facts = visit.facts(visitor)
    shown = dict(facts) | {
        "starts_at": local(visit.starts_at, timezone=visit.timezone),
        "ends_at": local(visit.ends_at, timezone=visit.timezone),
        "is_pass_revoked": visit.pass_revoked_at is not None,
    }
    beside = {name: getattr(visit, name) for name in SHOWN}
    if to is not None and not _reads_notes(to, visit):
        beside["private_note"] = None
    return VisitView(**shown, **beside)


def _reads_notes(me: Person, visit: Visit) -> bool:
    """Security and a tenant's admin see the visit, and not what its host tells the desk."""
    if me.person_id in {visit.host_id, *visit.co_host_ids} or me.has(Role.RECEPTIONIST):
        return True
    return not me.has(Role.SECURITY, Role.TENANT_ADMIN)


def step_view(step: VisitStep) -> StepView:
    return StepView.model_validate(step, from_attributes=True)


BECAUSE = {
    NoticeKind.CO_HOST_TOLD: "The host did not react within {minutes} minutes.",
    NoticeKind.DESK_TOLD: "None of the hosts reacted within {minutes} minutes.",
}


def notice_view(notice: Notice, *, say: Callable[[str], str]) -> NoticeView:
    """`say` puts an English sentence into its reader's language."""
    because = BECAUSE.get(notice.kind)
    minutes = notice.says.unanswered_minutes
    return NoticeView(
        because=because and say(because).format(minutes=minutes),
        kind=notice.kind,
        to=notice.to_address,
        channel=notice.channel,
        status=notice.status,
        attempts=notice.attempts,
        sent_at=notice.sent_at,
        reason=notice.reason,
    )
