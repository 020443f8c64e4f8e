"""What is wrong with the history of a visit: with its steps, its events, its pass."""

from collections.abc import Iterator, Sequence
from typing import Any

import httpx
import orjson

from services.visitors.passes.domain import digest_of, token_of
from services.visitors.surroundings import surroundings_of
from services.visitors.visits.domain import (
    EVENTS,
    MAY_STAND_ALONE,
    OVER,
    STEPS,
    UNANNOUNCED,
    UNDOING,
    Step,
)
from shared.events.visits import VisitStatus
from tests.visitors.park import FATIMA
from tests.visitors.visits.rivals import Meeting

UNDONE = {VisitStatus.ARRIVED, VisitStatus.CHECKED_IN}
"""What an undo may lead to, beside what the table says."""


async def wrong_with(met: Meeting, answers: Sequence[httpx.Response | None]) -> list[str]:
    """All that is wrong now that they have met; nothing where all is as it should be."""
    park = met.park
    (row,) = await park.query(
        "SELECT visits.*, merged_into FROM visits JOIN visitors ON visitors.id = visitor_id "
        "WHERE visits.id = :v",
        v=met.visit_id,
    )
    steps = await park.query(
        "SELECT * FROM visit_steps WHERE visit_id = :v ORDER BY id", v=met.visit_id
    )
    events = await park.query(
        "SELECT name, sequence, body FROM outbox WHERE subject = :s ORDER BY position",
        s=f"visit/{met.visit_id}",
    )
    async with park.ground.database.transaction() as session:
        key = surroundings_of(session).pass_keys.newest
    is_rehosted = row.host_id != park.person_id(met.host)
    digest = digest_of(token_of(met.visit_id, rotation=row.pass_rotation, key=key))
    facts = [orjson.loads(event.body)["visit"] for event in events]
    return [
        *(said for each in answers if each for said in _answer(each, is_rehosted=is_rehosted)),
        *_steps(steps, row),
        *_events(steps, events, facts),
        *_passes(steps, facts, security=park.person_id(FATIMA)),
        *_last_facts(facts[-1], row),
        *(["the digest is not the rotation's"] if row.pass_digest != digest else []),
        *(["the visit is of somebody who was merged"] if row.merged_into else []),
    ]


def _answer(answer: httpx.Response, *, is_rehosted: bool) -> Iterator[str]:
    """Refusals are for those who come too late; whoever has left, or is host no more, sees none."""
    is_link = "/links/" in answer.url.path
    is_hidden = is_link or is_rehosted
    allowed = {200, 409, 412, *({404} if is_hidden else ()), *({401} if is_rehosted else ())}
    if answer.status_code not in allowed:
        yield f"answered {answer.status_code} {answer.text}"
    elif answer.status_code >= 400 and not is_link and len(answer.json()["detail"]) < 20:
        yield f"refused without a word: {answer.text}"
    if answer.url.path.endswith("/batch"):
        codes = [each["code"] or "" for each in answer.json()["items"]]
        yield from (f"in a batch: {code}" for code in codes if code.startswith("no_such"))


def _steps(steps: Sequence[Any], row: Any) -> Iterator[str]:
    before = None
    for each in steps:
        step = Step(each.step)
        if each.from_status != before:
            yield f"{step} begins at {each.from_status}, and it was {before}"
        leads = STEPS.get((step, None if before is None else VisitStatus(before)))
        if step is Step.RESCHEDULE and before in MAY_STAND_ALONE:
            leads = VisitStatus(before)
        if leads is None or each.to_status not in {leads, *(UNDONE if step in UNDOING else ())}:
            yield f"{step} leads from {before} to {each.to_status}"
        before = each.to_status
    if row.status != before:
        yield f"it is {row.status}, and its last step led to {before}"


def _events(steps: Sequence[Any], events: Sequence[Any], facts: Sequence[Any]) -> Iterator[str]:
    if [event.sequence for event in events] != list(range(1, len(events) + 1)):
        yield f"sequences are {[event.sequence for event in events]}"
    taken = [
        (EVENTS[Step(each.step)].name, each.to_status)
        for each in steps
        if each.to_status not in UNANNOUNCED
    ]
    told = [(event.name, each["status"]) for event, each in zip(events, facts, strict=True)]
    if taken != told:
        yield f"taken were {taken}, told {told}"


def _passes(steps: Sequence[Any], facts: Sequence[Any], *, security: Any) -> Iterator[str]:
    is_revoked = False
    for each, told in zip(steps, facts, strict=False):
        if each.step == Step.ROTATE and is_revoked and each.person_id != security:
            yield "somebody else renewed what was revoked"
        is_revoked = (is_revoked or each.step == Step.REVOKE) and each.step != Step.ROTATE
        is_dead = is_revoked or told["status"] in OVER
        if is_dead is not (told["visitor_pass"] is None):
            yield f"after {each.step} the pass was told as {told['visitor_pass']}"


def _last_facts(told: Any, row: Any) -> Iterator[str]:
    if told["visitor_pass"] and told["visitor_pass"]["digest"] != row.pass_digest:
        yield "another digest was told"
    if told["host_id"] != str(row.host_id):
        yield "another host was told"
    if told["visitor"]["visitor_id"] != str(row.visitor_id) and row.status not in OVER:
        yield "another visitor was told"
