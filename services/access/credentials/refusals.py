"""What is refused about badges, in words a person can act on."""

from __future__ import annotations

from shared.errors import Conflict, Malformed, NotAllowed, NotFound


class NumberOutOfRange(Malformed):
    """The card format has no room for that facility or number."""


class ValidityEndsBeforeItBegins(Malformed):
    """A badge's validity must end after it begins."""


class NoSuchBadge(NotFound):
    """There is no such badge here."""


class BadgeTaken(Conflict):
    """Somebody of this tenant holds a live badge with that number; revoke it first."""


class AlreadyRevoked(Conflict):
    """This badge was revoked before."""


class StateDoesNotAllow(Conflict):
    """The badge's present state does not allow this change; if need be, issue a new badge."""


class OnlySecurityMay(NotAllowed):
    """This badge was lost or blocked; only security may undo that."""


class HolderHasLeft(Conflict):
    """This person has left the directory and gets no badge."""


class CardWasStolen(Conflict):
    """A card with that number was reported stolen and is never issued again; take another card."""


class NoSuchDayCard(NotFound):
    """There is no such card in your desk's pool."""


class DayCardAlreadyThere(Conflict):
    """This card is already in the pool."""


class DayCardIsOut(Conflict):
    """This card is lent to somebody at the moment; take another one."""


class DayBadgeIsOut(Conflict):
    """This person has a day badge; take it back first."""


class NotADayBadge(Conflict):
    """This is no day badge; those who look after its holder revoke it."""


class NameTheForgottenBadge(Conflict):
    """This person has several badges; say which one was forgotten."""


class DayBadgeEndsToday(Malformed):
    """A day badge is valid from now until the end of the day at most."""
