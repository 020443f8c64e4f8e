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
from services.visitors.visits.domain import By, Step, Visit
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
    step_by = By(at=at, how=commands.how_of(by, invitation.host_id), person_id=by.person_id)
    step = Step.DRAFT if invitation.is_draft else Step.EXPECT
    seen: dict[VisitorDetails, int] = {}

    async def one(line: Named) -> Invited | NotInvited:
        if isinstance(line.details, Refusal):
            return NotInvited(line.number, line.details)
        earlier = seen.setdefault(_key(line.details), line.number)
        if earlier != line.number:
            return NotInvited(line.number, SameAsEarlierLine(line=earlier))
        if is_preview:
            return Invited(line.number, line.details, None, None)
        visit, visitor = await commands.expect(
            session,
            replace(appointment, language=line.language or invitation.language),
            line.details,
            more=invitation.more,
            step=step,
            by=step_by,
        )
        return Invited(line.number, line.details, visit, visitor)

    return [await one(line) for line in named]


def _key(details: VisitorDetails) -> VisitorDetails:
    """Who has an address is known by it alone."""
    if details.email is None:
        return details
    return VisitorDetails(given_name="", email=details.email.lower())
