"""What becomes of a visit's pass while the visit goes on.

One rule: what security revoked only security renews.
"""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.notices.domain import NoticeKind
from services.visitors.passes.domain import known_token
from services.visitors.surroundings import surroundings_of
from services.visitors.visitors.domain import Visitor
from services.visitors.visits import store
from services.visitors.visits.commands.taking import record
from services.visitors.visits.commands.telling import tell_of_visit
from services.visitors.visits.domain import STEPS, By, Step, Visit, next_status
from services.visitors.visits.domain.steps import PassEnded
from services.visitors.visits.domain.visit import PassRevoked
from shared.errors import NotAllowed
from shared.identity.listed import Person, Role


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
        visit.pass_id,
        rotation=visit.pass_rotation,
        keys=surroundings_of(session).pass_keys.keys,
        digest=visit.pass_digest,
    )


async def rotate_pass(
    session: AsyncSession, visit: Visit, visitor: Visitor, *, by: By, asked_by: Person
) -> None:
    """The former pass opens nothing from now on, of a series on no day; the visitor is mailed the
    new one.

    Raises `PassRevoked`, the steps' refusals.
    """
    if visit.pass_revoked_at is not None and not asked_by.has(Role.SECURITY):
        raise PassRevoked
    key = surroundings_of(session).pass_keys.newest
    for each, whose in await _of_the_pass(session, visit, visitor, to=Step.ROTATE):
        if each.is_over:
            each.renew_pass(key=key)
        else:
            await record(session, each.rotate_pass(pass_key=key, visitor=whose, by=by))
    await tell_of_visit(session, NoticeKind.UPDATE, visit, visitor, at=by.at)


async def revoke_pass(
    session: AsyncSession, visit: Visit, visitor: Visitor, *, by: By, asked_by: Person
) -> None:
    """The pass opens nothing from now on, also where a check-out is undone.

    Raises `OnlySecurityRevokes`, `PassRevoked`, `PassEnded`.
    """
    if not asked_by.has(Role.RECEPTIONIST, Role.SECURITY):
        raise OnlySecurityRevokes
    for each, whose in await _of_the_pass(session, visit, visitor, to=Step.REVOKE):
        is_asked_for = each.id == visit.id and (Step.REVOKE, each.status) in STEPS
        if is_asked_for or not each.is_over:
            await record(session, each.revoke_pass(visitor=whose, by=by))
        else:
            each.lose_pass(by=by)


async def _of_the_pass(
    session: AsyncSession, visit: Visit, visitor: Visitor, *, to: Step
) -> list[tuple[Visit, Visitor]]:
    """The visit first, and all others of its series: what is over can be undone, and must not
    bring the former pass back. Raises the step's refusal where none of them can take it.
    """
    pairs = [(visit, visitor)]
    if visit.series_id is not None:
        others = await store.visits_of_series(session, visit.series_id)
        pairs += [pair for pair in others if pair[0].id != visit.id]
    if not any((to, each.status) in STEPS for each, _ in pairs):
        next_status(to, visit.status)
    return pairs
