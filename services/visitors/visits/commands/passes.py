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
    pairs = await _of_the_pass(session, visit, visitor)
    _one_must_take(Step.ROTATE, pairs)
    await _have_another(session, pairs, by=by)
    await tell_of_visit(session, NoticeKind.UPDATE, visit, visitor, at=by.at)


async def renew_pass(session: AsyncSession, visit: Visit, visitor: Visitor, *, by: By) -> bool:
    """The same because of the pass's key, where it is not the newest. False: it is. Whoever has not
    heard of the visit hears nothing of this either.
    """
    if visit.has_pass_of(surroundings_of(session).pass_keys.newest):
        return False
    pairs = await _of_the_pass(session, visit, visitor)
    if await _have_another(session, pairs, by=by):
        await tell_of_visit(session, NoticeKind.UPDATE, visit, visitor, at=by.at)
    return True


async def _have_another(
    session: AsyncSession, pairs: list[tuple[Visit, Visitor]], *, by: By
) -> bool:
    """Whether any of them is one whose pass others know of."""
    key, is_news = surroundings_of(session).pass_keys.newest, False
    for visit, visitor in pairs:
        if (Step.ROTATE, visit.status) in STEPS:
            await record(session, visit.rotate_pass(pass_key=key, visitor=visitor, by=by))
            is_news = True
        else:
            visit.renew_pass(key=key)
    return is_news


async def revoke_pass(
    session: AsyncSession, visit: Visit, visitor: Visitor, *, by: By, asked_by: Person
) -> None:
    """The pass opens nothing from now on, also where a check-out is undone.

    Raises `OnlySecurityRevokes`, `PassRevoked`, `PassEnded`.
    """
    if not asked_by.has(Role.RECEPTIONIST, Role.SECURITY):
        raise OnlySecurityRevokes
    pairs = await _of_the_pass(session, visit, visitor)
    _one_must_take(Step.REVOKE, pairs)
    for each, whose in pairs:
        is_asked_for = each.id == visit.id and (Step.REVOKE, each.status) in STEPS
        if is_asked_for or not each.is_over:
            await record(session, each.revoke_pass(visitor=whose, by=by))
        else:
            each.lose_pass(by=by)


async def _of_the_pass(
    session: AsyncSession, visit: Visit, visitor: Visitor
) -> list[tuple[Visit, Visitor]]:
    """The visit first, and all others of its series: what is over can be undone, and must not
    bring the former pass back.
    """
    pairs = [(visit, visitor)]
    if visit.series_id is not None:
        others = await store.visits_of_series(session, visit.series_id)
        pairs += [pair for pair in others if pair[0].id != visit.id]
    return pairs


def _one_must_take(step: Step, pairs: list[tuple[Visit, Visitor]]) -> None:
    """Raises the first one's refusal where none of them can take the step."""
    if not any((step, each.status) in STEPS for each, _ in pairs):
        next_status(step, pairs[0][0].status)
