"""What becomes of a granted way: taken, or not taken. Presence moves, and whoever waits is told.

One rule: `access.passage_taken` goes out only where the holder is a visitor, or a valid booking
covers them there and then. The journal is no event stream. Told again it bears the same id: who has
heard it, knows it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.decisions import store
from services.access.decisions.domain import Outcome, Reason
from services.access.decisions.judged import Judged
from services.access.decisions.records import Decision
from services.access.journal import store as journal
from services.access.journal.domain import (
    EntryKind,
    JournalEntry,
    JournalParticulars,
    Particulars,
)
from services.access.premises.domain import boundary_of
from services.access.presence.store import move, stay_outside
from shared.database import Database
from shared.errors import Conflict, NotFound
from shared.events.access import Evidence, HolderKind, PassageFacts, PassageTaken
from shared.messaging.outbox import announce
from shared.messaging.retelling import Retelling

_WHERE = (
    "decision_id",
    "controller_id",
    "epoch",
    "sequence",
    "access_point_id",
    "door_id",
    "from_zone_id",
    "to_zone_id",
    "evidence",
)


AT_ONCE = 100
TOLD_AGAIN = timedelta(hours=24)
"""How far back passages are told again: a service that is set back further asks its people."""
BY_ANYBODY = frozenset(
    {Reason.CREDENTIAL_LOST, Reason.CREDENTIAL_STOLEN, Reason.CREDENTIAL_RETURNED}
)


class NoSuchDecision(NotFound):
    """There is no such decision here."""


class WasDenied(Conflict):
    """This decision denied the way; there is no passage to tell of."""


class ToldOtherwise(Conflict):
    """The opposite was told before of this way: that it was taken, or that it was not."""


async def tell_outcome(
    session: AsyncSession,
    decision_id: UUID,
    *,
    access_point_id: UUID,
    controller_id: UUID,
    is_taken: bool,
    occurred_at: datetime,
    at: datetime,
) -> None:
    """The door's contact tells. Raises `NoSuchDecision`, `WasDenied`, `ToldOtherwise`."""
    decision = await store.decision_of_controller(
        session, decision_id, controller_id=controller_id, access_point_id=access_point_id
    )
    if decision is None:
        raise NoSuchDecision
    if decision.outcome != Outcome.GRANTED:
        raise WasDenied
    if decision.is_taken is not None:
        if decision.is_taken is not is_taken:
            raise ToldOtherwise
        return
    decision.is_taken, decision.occurred_at, decision.told_at = is_taken, occurred_at, at
    await session.flush()
    decided = await store.entry(session, decision.entry_id)
    about = _copied(await store.particulars(session, decision.entry_id))
    await journal.append(session, _told(decision, decided, at=at), about)
    if is_taken:
        await pass_through(session, Passage.told(decision, decided, about), at=at)
        return
    kind, holder_id = holder_of(about)
    if holder_id is not None:
        await stay_outside(session, holder_id, kind=kind, decision_id=decision_id)


def _told(decision: Decision, decided: JournalEntry, *, at: datetime) -> JournalEntry:
    assert decision.occurred_at is not None
    return JournalEntry(
        kind=EntryKind.PASSAGE,
        occurred_at=decision.occurred_at,
        recorded_at=at,
        outcome="taken" if decision.is_taken else "not_taken",
        reason=decided.reason,
        commitment=b"",
        **{name: getattr(decided, name) for name in _WHERE},
    )


def _copied(known: JournalParticulars | None) -> Particulars:
    """Whom the decision was about; nobody, where that was erased meanwhile."""
    if known is None:
        return Particulars()
    values = known.model_dump(exclude={"entry_id", "salt", "booking_ids", "inputs"})
    return Particulars(**values, booking_ids=tuple(known.booking_ids))


@dataclass(frozen=True, slots=True)
class Passage:
    """A granted way that was taken."""

    decision_id: UUID
    access_point_id: UUID
    from_zone_id: UUID | None
    to_zone_id: UUID | None
    evidence: Evidence
    decided_at: datetime
    occurred_at: datetime
    flags: tuple[str, ...]
    about: Particulars

    @classmethod
    def of(cls, judged: Judged) -> Passage:
        """Of a grant that counts as a passage."""
        point = judged.found.point
        return cls(
            judged.decision_id,
            point.access_point_id,
            point.from_zone_id,
            point.to_zone_id,
            point.evidence,
            judged.decided_at,
            judged.question.read_at,
            tuple(judged.flags),
            judged.particulars,
        )

    @classmethod
    def told(cls, decision: Decision, decided: JournalEntry, about: Particulars) -> Passage:
        """Of a grant that the door's contact has told of."""
        assert decision.occurred_at is not None
        return cls(
            decision.decision_id,
            decision.access_point_id,
            decided.from_zone_id,
            decided.to_zone_id,
            Evidence(decision.evidence),
            decision.decided_at,
            decision.occurred_at,
            tuple(decision.flags),
            about,
        )

    @property
    def is_by_anybody(self) -> bool:
        """Whoever carries a lost or stolen badge is hardly its holder: nobody's presence moves."""
        return not BY_ANYBODY.isdisjoint(self.flags)

    @property
    def holder(self) -> tuple[HolderKind, UUID | None]:
        return holder_of(self.about)

    def facts(self, *, at: datetime) -> PassageFacts:
        return PassageFacts(
            passage_id=self.decision_id,  # a decision leads to one passage at most
            decision_id=self.decision_id,
            access_point_id=self.access_point_id,
            holder=self.holder[0],
            person_id=self.about.person_id,
            visitor_id=self.about.visitor_id,
            visit_id=self.about.visit_id,
            booking_ids=tuple(self.about.booking_ids),
            from_zone_id=self.from_zone_id,
            to_zone_id=self.to_zone_id,
            boundary=boundary_of(from_zone_id=self.from_zone_id, to_zone_id=self.to_zone_id),
            evidence=self.evidence,
            occurred_at=self.occurred_at,
            recorded_at=at,
        )


def holder_of(about: Particulars) -> tuple[HolderKind, UUID | None]:
    """Whose presence moves: a visit's, or a person's."""
    if about.visit_id is not None:
        return HolderKind.VISITOR, about.visit_id
    return HolderKind.PERSON, about.person_id


async def pass_through(session: AsyncSession, passage: Passage, *, at: datetime) -> None:
    """Somebody went through: presence moves, in the order of our own clock; who waits is told."""
    kind, holder_id = passage.holder
    if holder_id is None or passage.is_by_anybody:
        return
    await move(
        session,
        holder_id,
        kind=kind,
        zone_id=passage.to_zone_id,
        at=passage.decided_at,
        decision_id=passage.decision_id,
    )
    if kind is HolderKind.VISITOR or passage.about.booking_ids:
        announce(session, PassageTaken(passage=passage.facts(at=at)))


async def tell_passages_again(database: Database, retelling: Retelling) -> None:
    """Those of the last day, in their order: a service that was set back learns who came."""
    async with database.transaction() as session:
        began_at = await store.end_of_the_day_before(session, day=TOLD_AGAIN)
    if began_at is None:
        return
    place = (began_at, 0)
    while True:
        async with database.transaction() as session:
            taken = await store.taken_after(session, place, limit=AT_ONCE)
            retelling.tell(session, *_passages(taken))
        if len(taken) < AT_ONCE:
            return
        _, last, _ = taken[-1]
        place = (last.occurred_at, last.position or 0)


def _passages(taken: Sequence[store.Taken]) -> Iterator[PassageTaken]:
    for decision, decided, known in taken:
        passage = Passage.told(decision, decided, _copied(known))
        if not passage.is_by_anybody:
            yield PassageTaken(passage=passage.facts(at=decision.told_at or decision.decided_at))
