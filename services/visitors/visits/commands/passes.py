"""What becomes of a visit's pass while the visit goes on.

One rule: what security revoked only security renews.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.notices.commands import tell_visitor
from services.visitors.notices.domain import NoticeKind
from services.visitors.passes.domain import known_token
from services.visitors.surroundings import surroundings_of
from services.visitors.visitors.domain import Visitor
from services.visitors.visits.commands.calling import particulars
from services.visitors.visits.commands.taking import record
from services.visitors.visits.domain import By, Visit
from services.visitors.visits.domain.visit import PassRevoked
from shared.errors import Conflict, NotAllowed
from shared.identity.listed import Person, Role


class PassEnded(Conflict):
    """This visit is over; its pass opens nothing and is not printed any more."""


class OnlySecurityRevokes(NotAllowed):
    """Passes are revoked by the reception or by security; as the host, cancel the visit."""


def token_to_show(session: AsyncSession, visit: Visit) -> str:
    """The text of the QR code, while it opens anything: a secret, for a picture or a mail alone.

    Raises `PassEnded`, `PassRevoked`, `PassKeyChanged`.
    """
    if visit.is_over:
        raise PassEnded
    if visit.pass_revoked_at is not None:
        raise PassRevoked
    return known_token(
        visit.id,
        rotation=visit.pass_rotation,
        key=surroundings_of(session).pass_key,
        digest=visit.pass_digest,
    )


async def rotate_pass(
    session: AsyncSession, visit: Visit, visitor: Visitor, *, by: By, asked_by: Person
) -> None:
    """The former pass opens nothing from now on; the visitor is mailed the new one.

    Raises `PassRevoked`, the steps' refusals.
    """
    if visit.pass_revoked_at is not None and not asked_by.has(Role.SECURITY):
        raise PassRevoked
    key = surroundings_of(session).pass_key
    await record(session, visit.rotate_pass(pass_key=key, visitor=visitor, by=by))
    await tell_visitor(session, NoticeKind.UPDATE, particulars(visit, visitor), at=by.at)


async def revoke_pass(
    session: AsyncSession, visit: Visit, visitor: Visitor, *, by: By, asked_by: Person
) -> None:
    """The pass opens nothing from now on. Raises `OnlySecurityRevokes`, `PassRevoked`."""
    if not asked_by.has(Role.RECEPTIONIST, Role.SECURITY):
        raise OnlySecurityRevokes
    await record(session, visit.revoke_pass(visitor=visitor, by=by))
