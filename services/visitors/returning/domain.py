"""When two visitors look like one: the same address, the same telephone, or names that sound alike.

One rule: likeness is proposed to people, who decide; nothing here merges anybody.
"""

from __future__ import annotations

from enum import StrEnum

from services.visitors.names.domain import digits_of
from services.visitors.names.terms import terms_of_name
from services.visitors.visitors.domain import Visitor
from shared.errors import Conflict, NotFound


class NoSuchVisitor(NotFound):
    """There is no such visitor."""


class SameVisitor(Conflict):
    """A visitor is not merged with themselves; choose another one."""


class AlreadyMerged(Conflict):
    """This visitor has been merged with another already."""


class Likeness(StrEnum):
    """What two visitors have in common."""

    EMAIL = "email"
    PHONE = "phone"
    NAME = "name"


def likeness(visitor: Visitor, other: Visitor) -> list[Likeness]:
    """All that they have in common; the surest first."""
    found: list[Likeness] = []
    if visitor.addresses & other.addresses:
        found.append(Likeness.EMAIL)
    phone = digits_of(visitor.phone or "")
    if phone and phone == digits_of(other.phone or ""):
        found.append(Likeness.PHONE)
    if has_all_words_of(visitor, other) or has_all_words_of(other, visitor):
        found.append(Likeness.NAME)
    return found


def has_all_words_of(visitor: Visitor, other: Visitor) -> bool:
    """Whether the one's whole name is in the other's, in whatever spelling and order."""
    terms = terms_of_name(other.display_name)
    return len(terms) > 1 and all(term.is_same(visitor.display_name) for term in terms)
