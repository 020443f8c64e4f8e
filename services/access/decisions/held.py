"""Reads whose decision moves, or depends on, what others move: each in a transaction of its own.

A pass at the gate, a zone with rules of its own, a PIN, a door without a contact, the first badge
of the day: here locks are taken, and what follows from the decision is written with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.alarms.commands import raise_alarm
from services.access.decisions import store
from services.access.decisions.domain import (
    SAME_READ_WITHIN,
    BadgeFound,
    Found,
    PassFound,
    Question,
    Reason,
    SequenceUsed,
)
from services.access.decisions.judged import Answer, Judged, judge
from services.access.decisions.passages import Passage, pass_through
from services.access.decisions.standing import standing_of
from services.access.pins import commands as pins
from services.access.pins.domain import PinVerdict
from services.access.policy.domain import Policy
from services.access.presence.store import begin_entering
from shared.database import Driver
from shared.events.access import AlarmKind, Evidence, HolderKind
from shared.messaging.outbox import driver_in_transaction

LONGEST_HOURS = timedelta(days=7)


class PolicyWentOn(Exception):
    """Another version stands meanwhile; nothing was written."""


class AnsweredBefore(Exception):
    """The same read was answered a moment ago; nothing is to follow from it again."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer


@dataclass(frozen=True, slots=True)
class PinJudged:
    """What an entry was found to be, and of which digest that was found."""

    person_id: UUID
    digest: str
    verdict: PinVerdict


def must_be_held(judged: Judged) -> bool:
    """Whether more is to be known, or to be written, than the decision itself."""
    found = judged.found
    return (
        found.needs_standing
        or found.point.evidence is Evidence.GRANTED
        or found.way.awaits_first_badge
        or (isinstance(found.holder, BadgeFound) and found.holder.fits > 1)
        or waits_for_pin(judged)
    )


def waits_for_pin(judged: Judged) -> bool:
    """Whether all but the PIN speaks for the holder, and one was entered."""
    entered = judged.question.read.pin is not None
    return entered and judged.verdict.reason is Reason.PIN_REQUIRED and judged.found.pin is None


async def decide_alone(
    session: AsyncSession,
    question: Question,
    found: Found,
    policy: Policy,
    *,
    pin: PinJudged | None,
    at: datetime,
) -> Answer:
    """The answer, written. Raises `PolicyWentOn`, `AnsweredBefore`, `SequenceUsed`, `WrongEpoch`:
    the transaction is to be undone then.

    What is taken from the policy is taken before anything is waited for: it goes on meanwhile, and
    what is proven must be the version that `found` is of.
    """
    version, within = policy.version, policy.within
    unlocked_until = _end_of_hours(found, policy, at=at)
    connection = await driver_in_transaction(session)
    if found.needs_standing:
        standing = await standing_of(connection, found, within=within, at=at)
        found = replace(found, standing=standing)
    if pin is not None and _is_of(pin, found):
        settled = await pins.settle(session, pin.person_id, pin.verdict, digest=pin.digest, at=at)
        found = replace(found, pin=settled)
    judged = judge(question, found, at=at, policy_version=version)
    await _write(connection, judged)
    await _follow(session, judged, unlocked_until=unlocked_until)
    return Answer.of(judged)


def _is_of(pin: PinJudged, found: Found) -> bool:
    """Whether the card is still theirs whose PIN was judged: it may be somebody else's by now."""
    return found.holder is not None and found.holder.holder_id == pin.person_id


def _end_of_hours(found: Found, policy: Policy, *, at: datetime) -> datetime | None:
    """Until when the first badge would unlock the door. A visitor's pass is none."""
    schedule_id = found.point.unlock_schedule_id
    is_first_badge = found.way.awaits_first_badge and isinstance(found.holder, BadgeFound)
    if schedule_id is None or not is_first_badge:
        return None
    stretches = policy.hours[schedule_id].stretches(at, at + LONGEST_HOURS, days=policy.days)
    return stretches[0][1]


async def _write(connection: Driver, judged: Judged) -> None:
    if await _is_written(connection, judged):
        return
    known = await store.prior(connection, judged)
    is_the_same = known.body_digest == judged.question.digest
    if is_the_same and judged.decided_at - known.decided_at <= SAME_READ_WITHIN:
        raise AnsweredBefore(Answer.known(known))
    if not judged.found.point.is_way_out:
        raise SequenceUsed
    judged.is_numbered = False
    await _is_written(connection, judged)


async def _is_written(connection: Driver, judged: Judged) -> bool:
    """False: its number was used before. Raises `PolicyWentOn`."""
    written = await store.write(connection, [judged], version=judged.policy_version)
    if written.version != judged.policy_version:
        raise PolicyWentOn
    return bool(written.decision_ids)


async def _follow(
    session: AsyncSession, judged: Judged, *, unlocked_until: datetime | None
) -> None:
    """What else a decision moves: presence, the door, and who is told."""
    found, holder = judged.found, judged.found.holder
    if judged.is_taken:
        await pass_through(session, Passage.of(judged), at=judged.decided_at)
    elif holder is not None and found.needs_standing and judged.is_granted and holder.is_sure:
        await begin_entering(
            session,
            holder.holder_id,
            kind=HolderKind.VISITOR if isinstance(holder, PassFound) else HolderKind.PERSON,
            zone_id=found.point.to_zone_id,
            at=judged.decided_at,
            decision_id=judged.decision_id,
        )
    if judged.verdict.reason is Reason.RIGHT and unlocked_until is not None:
        connection = await driver_in_transaction(session)
        await store.unlock_door(connection, found.point.door_id, until=unlocked_until)
    await _alarm(session, judged)


async def _alarm(session: AsyncSession, judged: Judged) -> None:
    """Security is asked to look; no alarm names anybody, and none is seen at the door."""
    found, number = judged.found, judged.found.number
    zone_id, at = found.point.to_zone_id, judged.decided_at
    if judged.verdict.reason is Reason.AMBIGUOUS_CREDENTIAL and number is not None:
        source = f"card/{number.card_format}/{number.facility}/{number.number}"
        kind = AlarmKind.AMBIGUOUS_CREDENTIAL
        await raise_alarm(session, kind, source=source, zone_id=zone_id, at=at)
    if found.pin is PinVerdict.DURESS:
        source = f"decision/{judged.decision_id}"
        await raise_alarm(session, AlarmKind.DURESS, source=source, zone_id=zone_id, at=at)
