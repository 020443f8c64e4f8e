"""Notices: one mail or message each, queued with the fact it tells of, sent later, told exactly
once if at all possible.

One rule: a notice has one Message-ID for ever, every attempt is a row, and after a known acceptance
there is no further attempt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID, uuid4

from pydantic import BaseModel, ConfigDict
from sqlalchemy import BigInteger, Column, DateTime, Identity, Index, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.visitors.attempts import LOST_AFTER
from services.visitors.database import VisitorsTable, Word, one_of
from shared.events.directory import Language

FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(minutes=15)
GIVE_UP_AFTER = timedelta(days=2)
MESSAGE_STALE_AFTER = timedelta(minutes=30)
"""Who reads a message later than that is only confused by it; the mail says it too."""


class NoticeKind(StrEnum):
    """What is told."""

    INVITATION = "invitation"
    UPDATE = "update"
    CANCELLATION = "cancellation"
    HOST_TOLD = "host_told"
    VISITOR_LATE = "visitor_late"
    VISITOR_NOT_COMING = "visitor_not_coming"
    VISITOR_ARRIVED = "visitor_arrived"
    """They have passed a door, and the desk is to admit them."""
    CO_HOST_TOLD = "co_host_told"
    """The host has not reacted."""
    DESK_TOLD = "desk_told"
    """Nobody has reacted."""
    APPROVAL_ASKED = "approval_asked"
    """Somebody's word is needed before the visitor may come in."""
    LET_IN_UNAWAITED = "let_in_unawaited"
    """A door let somebody in whose visit is off, or for another day."""


class NoticeStatus(StrEnum):
    """What has become of a notice."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    SUPERSEDED = "superseded"
    """Overtaken by events before any attempt: nobody needs to be told any more."""


class Outcome(StrEnum):
    """How an attempt ended. None in the row: it began, and nobody knows."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"


@dataclass(frozen=True)
class Became:
    """What became of an attempt, and what the other side said, or why there was nothing to say."""

    outcome: Outcome
    reply: str


TO_VISITOR = frozenset({NoticeKind.INVITATION, NoticeKind.UPDATE, NoticeKind.CANCELLATION})
CALLS = frozenset({NoticeKind.HOST_TOLD, NoticeKind.VISITOR_ARRIVED})
"""By which the host is called: the visitor is here."""
WITH_PASS = frozenset({NoticeKind.INVITATION, NoticeKind.UPDATE})


class Reader(StrEnum):
    """Whom a notice is for, where it is for nobody in particular; else it is a person's id."""

    VISITOR = "visitor"
    HOST = "host"
    DESK = "desk"
    LANDLORD = "landlord"
    """The desk of whoever runs the park."""


def reader_of(channel: str) -> str:
    """Whoever reads that channel."""
    return f"channel {channel}"


class Day(BaseModel):
    """One day of a series."""

    model_config = ConfigDict(frozen=True)

    recurrence_wall: datetime
    starts_at: datetime
    ends_at: datetime


class Recurring(BaseModel):
    """What a notice says of a whole series; walls are naive, in the zone of the notice."""

    model_config = ConfigDict(frozen=True)

    series_id: UUID
    starts_wall: datetime
    ends_wall: datetime
    rule: str | None
    dates: tuple[datetime, ...]
    but_not: tuple[datetime, ...]
    """Left out from the beginning, or called off since."""
    moved: tuple[Day, ...]
    """Those that are at another time than the rule says."""
    days: tuple[Day, ...]
    """Those still to come, in order."""


class Particulars(BaseModel):
    """What a notice says, as it was when the notice was made; the pass's token is not in it."""

    model_config = ConfigDict(frozen=True)

    visit_id: UUID
    tenant_id: UUID
    host_id: UUID
    visitor_name: str
    company: str | None
    email: str | None
    """The visitor's; the host's is looked up when the mail is sent."""
    language: Language
    starts_at: datetime
    ends_at: datetime
    timezone: str
    desk_code: str
    pass_rotation: int
    pass_digest: str
    calendar_sequence: int
    zone_ids: tuple[UUID, ...] = ()
    """Where the visitor may go."""
    room_zone_id: UUID | None = None
    """The room of the booking that the visit follows."""
    late_minutes: int | None = None
    """How late the visitor says they will be."""
    approval_by: Literal["host", "tenant"] | None = None
    """Whose word the visit waits for."""
    unanswered_minutes: int | None = None
    """How long nobody has reacted to an earlier notice."""
    recurring: Recurring | None = None
    """Where the notice is of a series; the visit is its first then, the times are the next ones."""

    @property
    def pass_id(self) -> UUID:
        """What the pass is derived from."""
        return self.recurring.series_id if self.recurring else self.visit_id

    @property
    def over_at(self) -> datetime:
        """Then nobody needs the pass any more."""
        days = self.recurring.days if self.recurring else ()
        return max((each.ends_at for each in days), default=self.ends_at)


class Notice(VisitorsTable, table=True):
    """A mail or a message that is to be sent, or was."""

    __tablename__ = "notices"
    __table_args__ = (
        one_of("kind", NoticeKind),
        one_of("status", NoticeStatus),
        Index("notices_queued_idx", "next_at", postgresql_where=text("status = 'queued'")),
        Index("notices_of_visit_idx", "visit_id", "position"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    position: int | None = Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), nullable=False)
    )
    visit_id: UUID = Field(foreign_key="visits.id")
    kind: NoticeKind = Field(sa_type=Word(NoticeKind))
    reader: str
    """A `Reader`, a person's id, or `reader_of` a channel; what one of them is told of a visit
    keeps its order, and no reader waits for another one's mail.
    """
    channel: str | None = None
    """The tenant's channel by which it goes; None: by mail."""
    to_address: str | None = None
    particulars: dict[str, object] = Field(sa_column=Column(JSONB, nullable=False))
    status: NoticeStatus = Field(default=NoticeStatus.QUEUED, sa_type=Word(NoticeStatus))
    attempts: int = 0
    next_at: datetime = Field(sa_type=DateTime(timezone=True))
    """When it is due; while an attempt runs, when that attempt counts as lost."""
    created_at: datetime = Field(sa_type=DateTime(timezone=True))
    sent_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    reason: str | None = Field(default=None, sa_column=Column(String))
    """Why it was not sent, or not yet."""

    @property
    def says(self) -> Particulars:
        return Particulars.model_validate(self.particulars)

    @property
    def is_to_visitor(self) -> bool:
        return self.reader == Reader.VISITOR

    @property
    def person_id(self) -> UUID | None:
        """The one person it is for; None where it is for the visitor, the host, the desk, or
        whoever reads a channel.
        """
        is_for_one = self.channel is None and self.reader not in set(Reader)
        return UUID(self.reader) if is_for_one else None

    def message_id(self, domain: str) -> str:
        """RFC 5322, 3.6.4: the same for every attempt."""
        return f"<{self.id}@{domain}>"

    def begin(self, *, at: datetime) -> NoticeAttempt:
        """The next attempt, to be written down before it is made."""
        self.attempts += 1
        self.next_at = at + LOST_AFTER
        return NoticeAttempt(notice_id=self.id, number=self.attempts, began_at=at)

    def ended(self, attempt: NoticeAttempt, became: Became, *, at: datetime) -> None:
        """That attempt has come to this."""
        attempt.outcome, attempt.reply, attempt.ended_at = became.outcome, became.reply, at
        match became.outcome:
            case Outcome.ACCEPTED:
                self.accepted(at=at)
            case Outcome.REFUSED:
                self.refused(reason=became.reply)
            case Outcome.DEFERRED:
                self.deferred(at=at, reason=became.reply)

    def accepted(self, *, at: datetime) -> None:
        """Told; never again."""
        self.status, self.sent_at, self.reason = NoticeStatus.SENT, at, None

    def deferred(self, *, at: datetime, reason: str) -> None:
        """Not now: later, with growing pauses, for two days; half an hour for a message."""
        if self.status is NoticeStatus.SENT:
            return
        self.reason = reason
        self.next_at = at + pause_after(self.attempts)
        patience = MESSAGE_STALE_AFTER if self.channel else GIVE_UP_AFTER
        if self.next_at - self.created_at > patience:
            self.status = NoticeStatus.FAILED

    def refused(self, *, reason: str) -> None:
        """Never: the other side will not take it."""
        if self.status is not NoticeStatus.SENT:
            self.status, self.reason = NoticeStatus.FAILED, reason

    def overtaken(self, *, reason: str) -> None:
        """Nobody needs it any more."""
        self.status, self.reason = NoticeStatus.SUPERSEDED, reason


class NoticeAttempt(VisitorsTable, table=True):
    """One try to send a notice; written before the try, completed after it."""

    __tablename__ = "notice_attempts"
    __table_args__ = (one_of("outcome", Outcome),)

    notice_id: UUID = Field(foreign_key="notices.id", primary_key=True)
    number: int = Field(primary_key=True)
    began_at: datetime = Field(sa_type=DateTime(timezone=True))
    ended_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    outcome: Outcome | None = Field(default=None, sa_type=Word(Outcome))
    reply: str | None = None


def pause_after(attempts: int) -> timedelta:
    """10 s, 20 s, 40 s … up to a quarter of an hour."""
    doublings: int = min(max(attempts - 1, 0), 20)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)
