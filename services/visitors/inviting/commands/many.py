"""Many visitors invited to the same appointment, each with an outcome of its own.

One rule: all that can be invited are, in one transaction; a line that cannot is named with the
reason, and holds up no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.inviting.domain import SameAsEarlierLine
from services.visitors.visitors.domain import Visitor, VisitorDetails
from services.visitors.visits import commands
from services.visitors.visits.commands import Invitation
from services.visitors.visits.domain import Visit
from shared.errors import Refusal
from shared.events.directory import Language
from shared.identity.listed import Person


@dataclass(frozen=True)
class Named:
    """Somebody whom a line names; or why it names nobody."""

    number: int
    details: VisitorDetails | Refusal
    language: Language | None = None


@dataclass(frozen=True)
class Coming:
    """A line that names somebody who is to be invited."""

    number: int
    details: VisitorDetails
    language: Language | None


@dataclass(frozen=True)
class Invited:
    """They are expected; in a preview, they would be."""

    number: int
    details: VisitorDetails
    visit: Visit | None
    visitor: Visitor | None


@dataclass(frozen=True)
class NotInvited:
    """They are not, and why."""

    number: int
    why: Refusal


async def invite_many(
    session: AsyncSession,
    named: Sequence[Named],
    invitation: Invitation,
    *,
    is_preview: bool,
    by: Person,
    at: datetime,
) -> list[Invited | NotInvited]:
    """`invitation` is what all have in common. Raises what `appointment_of` raises."""
    appointment = await commands.appointment_of(session, invitation, by=by)
    appointment.must_make_sense(at=at)
    judged = _judged(named)
    coming = [] if is_preview else [line for line in judged if isinstance(line, Coming)]
    pairs = await commands.expect_many(
        session,
        [
            (replace(appointment, language=line.language or invitation.language), line.details)
            for line in coming
        ],
        commands.beginning_of(invitation, by=by, at=at),
    )
    made = {line.number: pair for line, pair in zip(coming, pairs, strict=True)}
    return [
        line
        if isinstance(line, NotInvited)
        else Invited(line.number, line.details, *made.get(line.number, (None, None)))
        for line in judged
    ]


def _judged(named: Sequence[Named]) -> list[Coming | NotInvited]:
    seen: dict[VisitorDetails, int] = {}

    def one(line: Named) -> Coming | NotInvited:
        if isinstance(line.details, Refusal):
            return NotInvited(line.number, line.details)
        earlier = seen.setdefault(_key(line.details), line.number)
        if earlier != line.number:
            return NotInvited(line.number, SameAsEarlierLine(line=earlier))
        return Coming(line.number, line.details, line.language)

    return [one(line) for line in named]


def _key(details: VisitorDetails) -> VisitorDetails:
    """Who has an address is known by it alone."""
    if details.email is None:
        return details
    return VisitorDetails(given_name="", email=details.email.lower())
