"""How a read is looked up in the policy."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from services.access.credentials.cards import CardNumber, decoded
from services.access.decisions.domain.found import AS_USUAL, BadgeFound, Found, PassFound, Way
from services.access.decisions.domain.reads import Question, Read, ReadKind
from services.access.policy.domain import KnownBadge, KnownPass, Point, Policy
from services.access.premises.domain import DoorMode


def find(policy: Policy, question: Question, *, at: datetime) -> Found | None:
    """What the policy says of a read at that time. None: there is no such access point."""
    point = policy.points.get(question.access_point_id)
    if point is None:
        return None
    if question.read.kind is ReadKind.QR:
        return _pass_read(policy, point, question.read, at=at)
    return _card_read(policy, point, question.read, at=at)


def _pass_read(policy: Policy, point: Point, read: Read, *, at: datetime) -> Found:
    known = policy.visitor_pass(read.fingerprint, at=at)
    if known is None:
        return Found(point, read.kind, None, None, (), _way(policy, point, None, None, at))
    return Found(
        point,
        read.kind,
        None,
        _pass(policy, known),
        policy.rights_at((known.visit_id,), point, at=at),
        _way(policy, point, None, None, at),
    )


def _card_read(policy: Policy, point: Point, read: Read, *, at: datetime) -> Found:
    number, badge, fits = _badge_read(policy, point, read)
    if badge is None:
        return Found(point, read.kind, number, None, (), _way(policy, point, None, None, at))
    person = policy.people[badge.person_id]
    return Found(
        point,
        read.kind,
        number,
        _badge(policy, badge, fits),
        policy.rights_at(policy.holders_of(person), point, at=at),
        _way(policy, point, person.person_id, person.tenant_id, at),
    )


def _badge_read(
    policy: Policy, point: Point, read: Read
) -> tuple[CardNumber | None, KnownBadge | None, int]:
    """By the reader's format or, where it has none, by each tenant's own."""
    if point.card_format is None:
        return policy.badge_by_tenant(decoded(read.bits))
    number = read.number_in(point.card_format)
    return number, *((None, 0) if number is None else policy.badge(number))


def _badge(policy: Policy, badge: KnownBadge, fits: int) -> BadgeFound:
    person = policy.people[badge.person_id]
    return BadgeFound(
        badge_id=badge.badge_id,
        person_id=badge.person_id,
        tenant_id=person.tenant_id,
        status=badge.status,
        valid_from=badge.valid_from,
        valid_until=badge.valid_until,
        is_listed=policy.is_listed(badge.person_id),
        fits=fits,
        sleeps_until=badge.sleeps_until,
        needs_extended_time=person.needs_extended_time,
    )


def _pass(policy: Policy, known: KnownPass) -> PassFound:
    return PassFound(
        visit_id=known.visit_id,
        visitor_id=known.visitor_id,
        tenant_id=known.tenant_id,
        status=known.status,
        valid_from=known.valid_from,
        valid_until=known.valid_until,
        admits=known.admits,
        entries=known.entries,
        is_tenant_listed=known.tenant_id in policy.listed_tenants,
        is_escorted=known.is_escorted,
        escort_ids=known.escort_ids,
    )


def _way(
    policy: Policy, point: Point, person_id: UUID | None, tenant_id: UUID | None, at: datetime
) -> Way:
    """A visitor is no person, and no lockdown exempts them."""
    closing = policy.lockdowns.closing(point.path, person_id=person_id, tenant_id=tenant_id)
    is_evacuated = policy.evacuations.is_evacuated(point.path)
    if point.mode is DoorMode.BADGE and closing is None and not is_evacuated:
        return AS_USUAL
    is_in_hours = point.unlock_schedule_id is not None and policy.is_open(
        point.unlock_schedule_id, at
    )
    has_been_unlocked = point.unlocked_until is not None and at < point.unlocked_until
    return Way(
        is_evacuated=is_evacuated,
        is_locked_down=closing is not None,
        is_locked=point.mode is DoorMode.LOCKED,
        is_unlocked=point.mode is DoorMode.UNLOCKED
        or (point.mode is DoorMode.SCHEDULE and is_in_hours)
        or (point.mode is DoorMode.FIRST_BADGE and is_in_hours and has_been_unlocked),
        needs_pin=point.mode is DoorMode.BADGE_PIN,
        awaits_first_badge=point.mode is DoorMode.FIRST_BADGE
        and is_in_hours
        and not has_been_unlocked,
    )
