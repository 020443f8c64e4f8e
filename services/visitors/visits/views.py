"""What is shown of a visit, and what is asked for one."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.visitors.notices.domain import Notice, NoticeKind, NoticeStatus
from services.visitors.visitors.domain import Visitor, VisitorDetails
from services.visitors.visits.domain import Step, Visit, VisitStep
from shared.clock import instant, local, zone
from shared.events.directory import Language
from shared.events.visits import How, VisitFacts, VisitStatus
from shared.web import Email, Instant, Line, Phone, WallTime

MOST_ZONES = 50


def _timezone(name: str) -> str:
    zone(name)
    return name


Timezone = Annotated[str, Field(max_length=64), AfterValidator(_timezone)]


class NewVisitor(BaseModel):
    """The person who visits."""

    given_name: Line
    family_name: Line
    company: Line | None = None
    email: Email | None = None
    phone: Phone | None = None
    language: Language | None = None
    """Of the mails; yours where it is not given."""

    def details(self) -> VisitorDetails:
        return VisitorDetails(
            given_name=self.given_name,
            family_name=self.family_name,
            company=self.company,
            email=self.email,
            phone=self.phone,
        )


class Times(BaseModel):
    """When: instants with an offset, or wall times with the zone's name."""

    starts_at: Instant | None = None
    ends_at: Instant | None = None
    starts_wall: WallTime | None = None
    ends_wall: WallTime | None = None
    timezone: Timezone | None = None
    """IANA name; the park's where it is not given."""

    @model_validator(mode="after")
    def each_is_given_once(self) -> Times:
        for at, wall in ((self.starts_at, self.starts_wall), (self.ends_at, self.ends_wall)):
            if (at is None) == (wall is None):
                raise ValueError("start and end are given once each: as an instant or a wall time")
        return self

    def window(self, *, usual_timezone: str) -> tuple[datetime, datetime]:
        """Start and end as instants. Raises `NoSuchLocalTime`."""
        timezone = self.timezone or usual_timezone

        def at(given: datetime | None, wall: datetime | None) -> datetime:
            if given is not None:
                return given
            assert wall is not None
            return instant(wall, timezone=timezone)

        return at(self.starts_at, self.starts_wall), at(self.ends_at, self.ends_wall)


class NewVisit(Times):
    """A visitor to be expected."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "visitor": {
                    "given_name": "Camille",
                    "family_name": "Durand",
                    "company": "Durand SA",
                    "email": "camille@visitor.example",
                    "language": "fr",
                },
                "starts_at": "2026-11-23T09:00:00+00:00",
                "ends_at": "2026-11-23T10:00:00+00:00",
            }
        }
    )

    visitor: NewVisitor
    host_id: UUID | None = None
    """You, where it is not given; receptionists may name a colleague."""
    zone_ids: Annotated[tuple[UUID, ...], Field(max_length=MOST_ZONES)] | None = None
    """Where the visitor may go; wherever the host's company is, where it is not given."""


class VisitView(VisitFacts):
    """A visit as its host and the reception see it."""

    desk_code: str
    """Looks the visit up at the desk; opens no door."""
    arrived_at: datetime | None
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    cancelled_at: datetime | None
    badge_printed_at: datetime | None


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
    """A mail that was sent, or will be."""

    kind: NoticeKind
    to: str | None
    status: NoticeStatus
    attempts: int
    sent_at: datetime | None
    reason: str | None


class Notices(BaseModel):
    """The mails about a visit, in the order they were made; a visit has few."""

    items: list[NoticeView]
    next: None = None


def visit_view(visit: Visit, visitor: Visitor) -> VisitView:
    facts = visit.facts(visitor)
    shown = dict(facts) | {
        "starts_at": local(visit.starts_at, timezone=visit.timezone),
        "ends_at": local(visit.ends_at, timezone=visit.timezone),
    }
    return VisitView(
        **shown,
        desk_code=visit.desk_code,
        arrived_at=visit.arrived_at,
        checked_in_at=visit.checked_in_at,
        checked_out_at=visit.checked_out_at,
        cancelled_at=visit.cancelled_at,
        badge_printed_at=visit.badge_printed_at,
    )


def step_view(step: VisitStep) -> StepView:
    return StepView.model_validate(step, from_attributes=True)


def notice_view(notice: Notice) -> NoticeView:
    return NoticeView(
        kind=notice.kind,
        to=notice.to_address,
        status=notice.status,
        attempts=notice.attempts,
        sent_at=notice.sent_at,
        reason=notice.reason,
    )
