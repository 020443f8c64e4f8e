"""Reads at the reference park's doors, each with what must be answered: an oracle of its own.

It shares no rule with the service: it knows the park as it was made, and the order in which causes
count (the credential's before the way's).
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from benchmarks.reference.park import SEED, Card, Park, Person, Point, Right, Tenant, Zone
from services.access.credentials.domain import BadgeStatus
from tests.access.credentials.frames import frame_of

KINDS = {"held": 60, "way_out": 15, "anywhere": 10, "unknown": 5, "bad": 5, "ended": 5}
"""What is read how often, of a hundred: a card where its holder has a right; any card on a way out;
any card at any door; a number that nobody has; a frame with a flipped bit; a card that is no more.
"""
NOBODYS = 61_000
"""Numbers from here on are on no card."""


@dataclass(frozen=True, slots=True)
class SeededRead:
    """The bits, where, and what must be answered."""

    point: Point
    bits: str
    outcome: str
    reason: str
    card: Card | None = None


class Reader:
    """Draws reads over all doors and credentials."""

    def __init__(self, park: Park, *, seed: int = SEED) -> None:
        self._park = park
        self._chance = random.Random(seed)
        self._rights: dict[UUID, dict[UUID, Right]] = defaultdict(dict)
        for right in park.rights:
            self._rights[right.person.person_id][right.zone.zone_id] = right
        self._ended = [card for card in park.cards if card.status != BadgeStatus.ACTIVE]
        self._into = {
            point.door.zone.zone_id: point for point in park.points if not point.is_way_out
        }
        self._ins = list(self._into.values())
        self._outs = [point for point in park.points if point.is_way_out]

    def reads(self, count: int) -> list[SeededRead]:
        kinds = self._chance.choices(list(KINDS), list(KINDS.values()), k=count)
        cards = list(self._park.cards)
        self._chance.shuffle(cards)
        return [self._read(kind, cards[at % len(cards)]) for at, kind in enumerate(kinds)]

    def granted(self, card: Card) -> SeededRead | None:
        """This card on a way in that it opens, if there is one."""
        for right in self._rights[card.person.person_id].values():
            read = self._expected(card, self._into[right.zone.zone_id])
            if read.outcome == "granted":
                return read
        return None

    def _read(self, kind: str, card: Card) -> SeededRead:
        match kind:
            case "held":
                return self._expected(card, self._where_held(card.person))
            case "way_out":
                return self._expected(card, self._chance.choice(self._outs))
            case "ended":
                card = self._chance.choice(self._ended)
                return self._expected(card, self._where_held(card.person))
            case "unknown":
                return self._unknown(card.person.tenant)
            case "bad":
                return self._bad(card)
        return self._expected(card, self._chance.choice(self._park.points))

    def _where_held(self, person: Person) -> Point:
        zone_ids = list(self._rights[person.person_id])
        return self._into[self._chance.choice(zone_ids)]

    def _unknown(self, tenant: Tenant) -> SeededRead:
        point = self._chance.choice(self._ins)
        number = NOBODYS + self._chance.randrange(4000)
        bits = frame_of(tenant.card_format, tenant.facility, number)
        is_whole = point.door.card_format in {None, tenant.card_format}
        return SeededRead(point, bits, "denied", "unknown_credential" if is_whole else "bad_read")

    def _bad(self, card: Card) -> SeededRead:
        bits = frame_of_card(card)
        at = self._chance.randrange(len(bits))
        flipped = bits[:at] + ("1" if bits[at] == "0" else "0") + bits[at + 1 :]
        return SeededRead(self._chance.choice(self._ins), flipped, "denied", "bad_read")

    def _expected(self, card: Card, point: Point) -> SeededRead:
        objection = None if point.is_way_out else self._objection(card, point)
        reason = "way_out" if point.is_way_out else objection or "right"
        outcome = "granted" if objection is None else "denied"
        return SeededRead(point, frame_of_card(card), outcome, reason, card)

    def _objection(self, card: Card, point: Point) -> str | None:
        person, at = card.person, self._park.at
        if point.door.card_format not in {None, person.tenant.card_format}:
            return "bad_read"
        if not person.is_listed:
            return "holder_delisted"
        if card.status != BadgeStatus.ACTIVE:
            return f"credential_{card.status.value}"
        if is_early(card, at):
            return "credential_not_yet_valid"
        if is_over(card, at):
            return "credential_expired"
        return self._objection_to_way(person, point.door.zone)

    def _objection_to_way(self, person: Person, zone: Zone) -> str | None:
        right = self._rights[person.person_id].get(zone.zone_id)
        if right is None:
            return "no_right"
        if is_early(right, self._park.at):
            return "not_yet_valid"
        return "expired" if is_over(right, self._park.at) else None


def frame_of_card(card: Card) -> str:
    """What a reader sends for this card."""
    tenant = card.person.tenant
    return frame_of(tenant.card_format, tenant.facility, card.number)


def is_early(what: Card | Right, at: datetime) -> bool:
    return what.valid_from is not None and at < what.valid_from


def is_over(what: Card | Right, at: datetime) -> bool:
    return what.valid_until is not None and at >= what.valid_until
