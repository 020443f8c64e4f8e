"""The board as it is shown: read, with the one next action of each visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.agreements.store import unaccepted
from services.visitors.board import store
from services.visitors.board.domain import NextAction, next_action
from services.visitors.board.store import Day, Row
from services.visitors.policies.domain import VisitKind
from services.visitors.policies.store import policies_for
from services.visitors.surroundings import surroundings_of
from services.visitors.visits.domain import Says
from services.visitors.visits.domain.conditions import Shown, open_conditions
from shared.clock import day_starts, local
from shared.events.visits import How, VisitStatus
from shared.identity.listed import Person
from shared.snapshots import Mark, this_moment
from shared.web import Cursor

PER_STATUS = 100


class BoardVisit(BaseModel):
    """A visit as the board shows it."""

    visit_id: UUID
    version: int
    """For `If-Match`, in quotes."""
    status: VisitStatus
    how: How | None
    next_action: NextAction
    kind: VisitKind
    tenant_id: UUID
    host_id: UUID
    host_name: str | None
    needs_host: bool
    """The host has left; name another one."""
    visitor_id: UUID
    visitor_name: str
    company: str | None
    starts_at: datetime
    ends_at: datetime
    timezone: str
    desk_code: str
    desk_zone_id: UUID | None
    plate: str | None
    accessibility: str | None
    private_note: str | None
    is_escort_required: bool
    says: Says | None
    says_late_minutes: int | None
    host_coming_at: datetime | None
    """When one of the hosts said that they go to meet the visitor."""
    arrived_at: datetime | None
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    let_in_at: datetime | None
    """When a door let them in though the visit is off or for another day; until they have left."""
    badge_printed_at: datetime | None
    booking_id: UUID | None
    series_id: UUID | None


class Board(BaseModel):
    """A desk's day, or what has changed of it since."""

    day: date
    counts: dict[VisitStatus, int]
    """How many visits of the day are in each state; those not named: none."""
    items: list[BoardVisit]
    """By state and start, at most 100 of a state; in answer to `since`, what has changed."""
    gone: list[UUID]
    """In answer to `since`: visits that are not of this day any more."""
    sync: str
    """What to ask `since` the next time."""


class Reader:
    """Who reads, of which day, when."""

    def __init__(
        self,
        session: AsyncSession,
        me: Person,
        *,
        day: date | None,
        desk_zone_id: UUID | None,
        at: datetime,
    ) -> None:
        timezone = surroundings_of(session).timezone
        self._session, self._at = session, at
        self.day = day or local(at, timezone=timezone).date()
        self._day = Day.of(
            me,
            begins=day_starts(self.day, timezone=timezone),
            ends=day_starts(self.day + timedelta(days=1), timezone=timezone),
            at=at,
            desk_zone_id=desk_zone_id,
        )
        self._timezone = timezone
        self._bound_to = f"board {me.person_id} {self.day} {desk_zone_id}"

    async def whole(self) -> Board:
        """The day as it is now."""
        here = await this_moment(self._session)
        rows = await store.visits_of_day(self._session, self._day, limit=PER_STATUS)
        counts = {VisitStatus(row["status"]): int(row["of_status"]) for row in rows}
        return self._board(here, counts, await self._shown(rows), [])

    async def changed(self, since: str) -> Board:
        """What is new. Raises `SyncTokenTooOld`, `BadCursor`."""
        seen = Mark(*Cursor.open(since, bound_to=self._bound_to, types=[str, str]).key)
        here = await this_moment(self._session)
        rows = await store.changed_since(self._session, self._day, seen)
        counts = await store.counts_of_day(self._session, self._day)
        of_day = await self._shown([row for row in rows if row["is_of_day"]])
        gone = [row["visit_id"] for row in rows if not row["is_of_day"]]
        return self._board(
            here, {VisitStatus(each): count for each, count in counts.items()}, of_day, gone
        )

    async def token(self) -> str:
        """This moment."""
        return self._sealed(await this_moment(self._session))

    def _sealed(self, mark: Mark) -> str:
        return Cursor((mark.epoch, mark.snapshot)).seal(self._bound_to)

    def _board(
        self,
        here: Mark,
        counts: dict[VisitStatus, int],
        items: list[BoardVisit],
        gone: list[UUID],
    ) -> Board:
        return Board(day=self.day, counts=counts, items=items, gone=gone, sync=self._sealed(here))

    async def _shown(self, rows: Sequence[Row]) -> list[BoardVisit]:
        coming = [row for row in rows if row["status"] in _COMING]
        tenants = {row["tenant_id"] for row in coming}
        policies = await policies_for(self._session, tenants) if coming else {}
        ids = [row["visit_id"] for row in coming]
        documents = await unaccepted(self._session, ids, at=self._at) if ids else {}

        def action(row: Row) -> NextAction:
            status, is_let_in = VisitStatus(row["status"]), row["let_in_at"] is not None
            if row["status"] not in _COMING:
                return next_action(status, (), is_let_in=is_let_in)
            conditions = open_conditions(
                Shown(**{each.name: row[each.name] for each in fields(Shown)}),
                policies[row["tenant_id"]],
                documents=documents.get(row["visit_id"], ()),
                at=self._at,
                timezone=self._timezone,
            )
            return next_action(status, conditions, is_let_in=is_let_in)

        return [_view(row, action(row)) for row in rows]


_COMING = {VisitStatus.EXPECTED.value, VisitStatus.ARRIVED.value}


def _view(row: Row, action: NextAction) -> BoardVisit:
    timezone = row["timezone"]
    shown = {name: row[name] for name in _SHOWN}
    return BoardVisit(
        **shown,
        next_action=action,
        starts_at=local(row["starts_at"], timezone=timezone),
        ends_at=local(row["ends_at"], timezone=timezone),
    )


_SHOWN = BoardVisit.model_fields.keys() - {"next_action", "starts_at", "ends_at"}
