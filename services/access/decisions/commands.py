"""What can be asked about reads: decide one, and tell what became of a granted way."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.decisions import store
from services.access.decisions.domain import (
    SAME_READ_WITHIN,
    BadgeFound,
    Flag,
    Found,
    Outcome,
    PassFound,
    Point,
    Question,
    SequenceUsed,
    Verdict,
    decide,
)
from services.access.decisions.passages import NoSuchDecision, pass_through
from services.access.decisions.records import Decision
from services.access.journal.commands import scope_of
from services.access.journal.domain import (
    EntryKind,
    JournalEntry,
    JournalParticulars,
    Particulars,
)
from services.access.premises.domain import NoSuchAccessPoint
from services.access.presence.store import begin_entering
from shared.events.access import Evidence, HolderKind
from shared.identity.listed import Person


async def decide_read(
    session: AsyncSession, question: Question, *, controller_id: UUID, at: datetime
) -> Decision:
    """One outcome, journalled with it. Raises `NoSuchAccessPoint`, `SequenceUsed`, `WrongEpoch`."""
    found = await store.gather(session, question, controller_id=controller_id)
    if found is None:
        raise NoSuchAccessPoint
    verdict = decide(found, question, at=at)
    decision = _decision(question, found, verdict, controller_id=controller_id, at=at)
    entry, particulars = _entry(decision, found, question), _particulars(found, verdict)
    if not await store.write(session, decision, entry, particulars):
        known = await _answered_before(session, question, controller_id=controller_id, at=at)
        if known is not None:
            return known
        if not found.point.is_way_out:
            raise SequenceUsed
        decision.sequence = None
        decision.flags = entry.flags = [*decision.flags, Flag.SEQUENCE_USED.value]
        await store.write(session, decision, entry, particulars)
    if decision.is_taken:
        await pass_through(session, decision, entry, particulars, at=at)
    elif isinstance(found.holder, PassFound) and verdict.outcome is Outcome.GRANTED:
        await _let_in(session, decision, found.holder, found.point)
    return decision


async def _let_in(session: AsyncSession, decision: Decision, holder: PassFound, at: Point) -> None:
    """A pass that was granted a way into the park may be in it, until its door has told."""
    if at.is_entry:
        await begin_entering(
            session,
            holder.visit_id,
            kind=HolderKind.VISITOR,
            at=decision.decided_at,
            decision_id=decision.decision_id,
        )


async def _answered_before(
    session: AsyncSession, question: Question, *, controller_id: UUID, at: datetime
) -> Decision | None:
    """The answer that was given to the same read a moment ago."""
    known = await store.prior(
        session, controller_id, epoch=question.epoch, sequence=question.sequence
    )
    is_the_same = known.body_digest == question.digest
    return known if is_the_same and at - known.decided_at <= SAME_READ_WITHIN else None


def _decision(
    question: Question, found: Found, verdict: Verdict, *, controller_id: UUID, at: datetime
) -> Decision:
    is_granted = verdict.outcome is Outcome.GRANTED
    is_taken = True if is_granted and found.point.evidence is Evidence.GRANTED else None
    return Decision(
        decision_id=uuid4(),
        controller_id=controller_id,
        epoch=question.epoch,
        sequence=question.sequence,
        body_digest=question.digest,
        entry_id=uuid4(),
        access_point_id=question.access_point_id,
        outcome=verdict.outcome,
        reason=verdict.reason,
        flags=[str(flag) for flag in verdict.flags],
        strike_ms=found.point.strike_ms if is_granted else 0,
        evidence=found.point.evidence,
        read_at=question.read_at,
        decided_at=at,
        is_taken=is_taken,
        occurred_at=question.read_at if is_taken else None,
        told_at=at if is_taken else None,
    )


def _entry(decision: Decision, found: Found, question: Question) -> JournalEntry:
    return JournalEntry(
        entry_id=decision.entry_id,
        kind=EntryKind.DECISION,
        occurred_at=decision.read_at,
        recorded_at=decision.decided_at,
        decision_id=decision.decision_id,
        controller_id=decision.controller_id,
        epoch=decision.epoch,
        sequence=question.sequence,
        access_point_id=decision.access_point_id,
        door_id=found.point.door_id,
        from_zone_id=found.point.from_zone_id,
        to_zone_id=found.point.to_zone_id,
        outcome=decision.outcome,
        reason=decision.reason,
        flags=decision.flags,
        evidence=decision.evidence,
        commitment=b"",
    )


def _particulars(found: Found, verdict: Verdict) -> Particulars:
    """Of a card its number, known or not; of a pass its digest only where it is one of ours."""
    number = found.read.number_in(found.point.card_format)
    holder = found.holder
    if isinstance(holder, PassFound):
        return Particulars(
            visitor_id=holder.visitor_id,
            visit_id=holder.visit_id,
            tenant_id=holder.tenant_id,
            pass_digest=found.read.pass_digest,
            booking_ids=verdict.booking_ids,
        )
    is_sure = isinstance(holder, BadgeFound) and holder.fits <= 1
    return Particulars(
        person_id=holder.person_id if holder and is_sure else None,
        tenant_id=holder.tenant_id if holder and is_sure else None,
        badge_id=holder.badge_id if holder and is_sure else None,
        card_format=None if number is None else number.card_format.value,
        facility=None if number is None else number.facility,
        number=None if number is None else number.number,
        booking_ids=verdict.booking_ids,
    )


async def decision_seen_by(
    session: AsyncSession, decision_id: UUID, *, me: Person
) -> tuple[Decision, JournalEntry, JournalParticulars | None]:
    """Raises `NoSuchDecision`, also for one about another tenant's people."""
    found = await store.decision(session, decision_id, tenant_id=scope_of(me))
    if found is None:
        raise NoSuchDecision
    return found
