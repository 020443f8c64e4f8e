"""When a right or a ceiling counts: its validity, and the hours of its schedule within it.

Pure rules. One rule: a validity is half-open, and what names no schedule counts at every hour. One
whose schedule is not known never counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias
from uuid import UUID

from shared.errors import Malformed

IsOpen: TypeAlias = Callable[[UUID, datetime], bool]
"""Whether a schedule, by its id, is open at an instant."""


class EndsBeforeItBegins(Malformed):
    """A validity must end after it begins."""


class Timing(StrEnum):
    """How a validity and a schedule stand to an instant."""

    NOW = "now"
    NOT_YET = "not_yet"
    OVER = "over"
    OFF_HOURS = "off_hours"


class Term(Protocol):
    """What has a validity and perhaps a schedule; None: without limit."""

    @property
    def valid_from(self) -> datetime | None: ...

    @property
    def valid_until(self) -> datetime | None: ...

    @property
    def schedule_id(self) -> UUID | None: ...


def must_end_after_it_begins(term: Term) -> None:
    """Raises `EndsBeforeItBegins`."""
    starts, ends = term.valid_from, term.valid_until
    if starts is not None and ends is not None and ends <= starts:
        raise EndsBeforeItBegins


def named_schedules(terms: Iterable[Term]) -> set[UUID]:
    """The schedules that these name."""
    return {each.schedule_id for each in terms if each.schedule_id is not None}


def timing(term: Term, *, at: datetime, is_open: IsOpen) -> Timing:
    """How a term stands to an instant."""
    if term.valid_from is not None and at < term.valid_from:
        return Timing.NOT_YET
    if term.valid_until is not None and at >= term.valid_until:
        return Timing.OVER
    if term.schedule_id is not None and not is_open(term.schedule_id, at):
        return Timing.OFF_HOURS
    return Timing.NOW
