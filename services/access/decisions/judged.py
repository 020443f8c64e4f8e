"""A read, decided: everything that is written of it and answered, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import orjson

from services.access.decisions.domain import (
    BadgeFound,
    Flag,
    Found,
    Outcome,
    PassFound,
    Question,
    Verdict,
    decide,
)
from services.access.decisions.records import Decision
from services.access.journal.domain import Particulars, new_salt
from shared.events.access import Evidence


@dataclass(slots=True)
class Judged:
    """One answer to one read, not written yet."""

    question: Question
    found: Found
    verdict: Verdict
    decided_at: datetime
    policy_version: int
    decision_id: UUID
    entry_id: UUID
    is_numbered: bool = True
    """False: a way out under a number that another read had before."""

    @property
    def is_granted(self) -> bool:
        return self.verdict.outcome is Outcome.GRANTED

    @property
    def is_taken(self) -> bool | None:
        """A grant counts as a passage where no contact tells; else nobody knows yet."""
        is_taken = self.is_granted and self.found.point.evidence is Evidence.GRANTED
        return True if is_taken else None

    @property
    def flags(self) -> list[str]:
        flags = [str(flag) for flag in self.verdict.flags]
        return flags if self.is_numbered else [*flags, Flag.SEQUENCE_USED.value]

    @property
    def strike_ms(self) -> int:
        point = self.found.point
        if not self.is_granted:
            return 0
        return point.extended_strike_ms if self._needs_longer else point.strike_ms

    @property
    def open_ms(self) -> int:
        """For how long the door may stand open before it is reported."""
        point = self.found.point
        if not self.is_granted:
            return 0
        return point.extended_open_ms if self._needs_longer else point.open_ms

    @property
    def _needs_longer(self) -> bool:
        holder = self.found.holder
        return isinstance(holder, BadgeFound) and holder.needs_extended_time

    @property
    def particulars(self) -> Particulars:
        """Of a card its number, known or not; of a pass its digest only where it is one of ours."""
        found, holder = self.found, self.found.holder
        inputs = {
            "found": orjson.loads(orjson.dumps(found, default=str)),
            "policy": self.policy_version,
        }
        if isinstance(holder, PassFound):
            return Particulars(
                visitor_id=holder.visitor_id,
                visit_id=holder.visit_id,
                tenant_id=holder.tenant_id,
                pass_digest=self.question.read.fingerprint,
                booking_ids=self.verdict.booking_ids,
                inputs=inputs,
            )
        number = found.number
        is_sure = holder is not None and holder.is_sure
        return Particulars(
            person_id=holder.person_id if holder and is_sure else None,
            tenant_id=holder.tenant_id if holder and is_sure else None,
            badge_id=holder.badge_id if holder and is_sure else None,
            card_format=None if number is None else number.card_format.value,
            facility=None if number is None else number.facility,
            number=None if number is None else number.number,
            booking_ids=self.verdict.booking_ids,
            inputs=inputs,
        )

    def row(self) -> tuple[Any, ...]:
        """The values of a `decision_row`, in the order of its columns."""
        question, point, about, salt = self.question, self.found.point, self.particulars, new_salt()
        return (
            self.entry_id,
            self.decision_id,
            point.controller_id,
            question.epoch,
            question.sequence,
            self.is_numbered,
            point.access_point_id,
            point.door_id,
            point.from_zone_id,
            point.to_zone_id,
            self.verdict.outcome.value,
            self.verdict.reason.value,
            self.flags,
            point.evidence.value,
            question.digest,
            self.strike_ms,
            self.open_ms,
            question.read_at,
            self.decided_at,
            self.is_taken,
            about.commitment(salt),
            salt,
            about.person_id,
            about.visitor_id,
            about.visit_id,
            about.tenant_id,
            about.badge_id,
            about.card_format,
            about.facility,
            about.number,
            about.pass_digest,
            about.booking_ids,
            orjson.dumps(about.inputs, default=str).decode(),
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What the door is told. Times in milliseconds."""

    decision_id: UUID
    outcome: str
    reason: str
    flags: list[str]
    strike_ms: int
    open_ms: int
    decided_at: datetime

    @classmethod
    def of(cls, judged: Judged) -> Answer:
        verdict = judged.verdict
        return cls(
            judged.decision_id,
            verdict.outcome.value,
            verdict.reason.value,
            judged.flags,
            judged.strike_ms,
            judged.open_ms,
            judged.decided_at,
        )

    @classmethod
    def known(cls, decision: Decision) -> Answer:
        """What was answered before."""
        return cls(
            decision.decision_id,
            str(decision.outcome),
            str(decision.reason),
            decision.flags,
            decision.strike_ms,
            decision.open_ms,
            decision.decided_at,
        )


def judge(question: Question, found: Found, *, at: datetime, policy_version: int) -> Judged:
    """Decides by the rules. Raises `WrongEpoch`."""
    verdict = decide(found, epoch=question.epoch, read_at=question.read_at, at=at)
    return Judged(question, found, verdict, at, policy_version, uuid4(), uuid4())
