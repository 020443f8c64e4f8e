"""Replays over HTTP."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.access.ceilings.api import NewCeiling
from services.access.journal.commands import PARK_WIDE as READERS
from services.access.replays import commands
from services.access.replays.domain import (
    MOST_DAYS,
    Change,
    Effect,
    EndCeiling,
    EndRight,
    GrantRight,
    RemoveMember,
    Replay,
    Seen,
    SetCeiling,
)
from services.access.rights.api import NewRight
from shared.identity.listed import Person, Role
from shared.web import Me, Now, Session, page_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["rights"])


class _Proposed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ProposedGrant(_Proposed):
    """Grant this right."""

    kind: Literal["grant_right"]
    right: NewRight

    def change(self, *, by: Person, at: datetime) -> Change:
        return GrantRight(self.right.right(at=at))


class ProposedEnd(_Proposed):
    """End this right."""

    kind: Literal["end_right"]
    right_id: UUID

    def change(self, *, by: Person, at: datetime) -> Change:
        return EndRight(self.right_id)


class ProposedCeiling(_Proposed):
    """Set this ceiling."""

    kind: Literal["set_ceiling"]
    ceiling: NewCeiling

    def change(self, *, by: Person, at: datetime) -> Change:
        return SetCeiling(self.ceiling.ceiling(by=by, at=at))


class ProposedLift(_Proposed):
    """End this ceiling."""

    kind: Literal["end_ceiling"]
    ceiling_id: UUID

    def change(self, *, by: Person, at: datetime) -> Change:
        return EndCeiling(self.ceiling_id)


class ProposedRemoval(_Proposed):
    """Take this person out of this group."""

    kind: Literal["remove_member"]
    group_id: UUID
    person_id: UUID

    def change(self, *, by: Person, at: datetime) -> Change:
        return RemoveMember(self.group_id, self.person_id)


class NewReplay(BaseModel):
    """A change that somebody thinks of, and how many days of reads to hold it against."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "days": 30,
                "change": {
                    "kind": "end_right",
                    "right_id": "0198c0de-0000-7000-8000-000000000006",
                },
            }
        },
    )

    days: int = Field(default=MOST_DAYS, ge=1, le=MOST_DAYS)
    change: Annotated[
        ProposedGrant | ProposedEnd | ProposedCeiling | ProposedLift | ProposedRemoval,
        Field(discriminator="kind"),
    ]


class EffectView(BaseModel):
    """How many people, and how many of their reads, would have been answered otherwise."""

    people: int
    reads: int


class SeenView(BaseModel):
    """Somebody who would have been answered otherwise at an access point: how often, and when."""

    effect: Effect
    person_id: UUID
    access_point_id: UUID
    reads: int
    first_at: datetime
    last_at: datetime


class ReplayView(BaseModel):
    """What a change would have done. Read by the rights of people, groups and tenants and by the
    ceilings that stand today, and by bookings as they stood then.

    `judged` reads were held against it; `erased` ones were left out, since nobody knows any more
    whose they were (null where you may not know). Where there were too many, only those since
    `since` were judged, and `is_complete` is false.
    """

    since: datetime
    until: datetime
    is_complete: bool
    judged: int
    erased: int | None
    locked_out: EffectView
    let_in: EffectView
    items: list[SeenView]
    next: str | None


@router.post("/replays")
async def replay(
    body: NewReplay, session: Session, me: Me, now: Now, asked: AskedPage
) -> ReplayView:
    """Hold a change against the real reads of the last days before you make it: who would have been
    locked out, who newly let in. Nothing is changed. Whoever may make the change may ask; tenant
    admins are told of their own people alone. Facility managers see how many, but not who.
    """
    wanted = hashlib.sha256(body.model_dump_json().encode()).hexdigest()
    bound_to = f"{me.person_id} replays {sorted(me.roles)} {wanted}"
    after = asked.after(bound_to=bound_to, types=(datetime.fromisoformat, Effect, UUID, UUID))
    until = after.key[0] if after else now
    outcome = await commands.replay_change(
        session,
        body.change.change(by=me, at=now),
        since=until - timedelta(days=body.days),
        until=until,
        by=me,
        at=now,
    )
    found = outcome.replay.found if me.has(*READERS, Role.TENANT_ADMIN) else {}
    begin = None if after is None else _place(after.key[1:])
    rows = sorted((key for key in found if begin is None or _place(key) > begin), key=_place)
    page = page_of(
        rows[: asked.limit + 1],
        asked=asked,
        bound_to=bound_to,
        key=lambda row: (until.isoformat(), *row),
        view=lambda row: _seen(row, found[row]),
    )
    return ReplayView(
        since=outcome.since,
        until=until,
        is_complete=outcome.is_complete,
        judged=outcome.replay.judged,
        erased=outcome.erased,
        locked_out=_effect(outcome.replay, Effect.LOCKED_OUT),
        let_in=_effect(outcome.replay, Effect.LET_IN),
        items=page.items,
        next=page.next,
    )


def _place(row: tuple[Effect, UUID, UUID]) -> tuple[str, bytes, bytes]:
    """In the list; bytes are compared far faster than ids are, and there may be many."""
    effect, person_id, access_point_id = row
    return effect.value, person_id.bytes, access_point_id.bytes


def _seen(row: tuple[Effect, UUID, UUID], seen: Seen) -> SeenView:
    effect, person_id, access_point_id = row
    return SeenView(
        effect=effect,
        person_id=person_id,
        access_point_id=access_point_id,
        reads=seen.reads,
        first_at=seen.first_at,
        last_at=seen.last_at,
    )


def _effect(replay: Replay, effect: Effect) -> EffectView:
    of_it = {key: seen for key, seen in replay.found.items() if key[0] is effect}
    return EffectView(
        people=len({person_id for _, person_id, _ in of_it}),
        reads=sum(seen.reads for seen in of_it.values()),
    )
