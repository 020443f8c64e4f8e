"""Who speaks where, and who listens to what: one table, known to all, checked by a contract test.

A personal event that nobody reads is not announced at all, so *unroutable* always means a missing
binding.
"""

from __future__ import annotations

from functools import cache

from shared.events import access, all_events, booking, directory, owner_of, premises, visits
from shared.events.base import Event
from shared.events.retelling import (
    AccessAnnouncedAgain,
    BookingsAnnouncedAgain,
    VisitsAnnouncedAgain,
)

SERVICES = ("access", "visitors", "booking")

AUDIT = "audit"
"""The stream that keeps every non-personal event for seven days."""

_DIRECTORY: tuple[type[Event], ...] = (
    directory.TenantListed,
    directory.TenantDelisted,
    directory.PersonListed,
    directory.PersonDelisted,
    premises.ZoneListed,
    premises.ZoneDelisted,
)
_RIGHTS_OF_A_BOOKING: tuple[type[Event], ...] = (
    booking.BookingConfirmed,
    booking.BookingRescheduled,
    booking.BookingParticipantsChanged,
    booking.BookingHandedOver,
    booking.BookingEndedEarly,
    booking.BookingReleased,
    booking.BookingCancelled,
)

_SURROUNDINGS: tuple[type[Event], ...] = (
    premises.SpecialDayConfirmed,
    premises.SpecialDayWithdrawn,
    access.LockdownStarted,
    access.LockdownEnded,
    access.EvacuationStarted,
    access.EvacuationEnded,
    access.ControllerSilenced,
    access.ControllerHeard,
)

READERS: dict[str, tuple[type[Event], ...]] = {
    "access": (
        *_RIGHTS_OF_A_BOOKING,
        booking.BookingCheckedIn,
        booking.BookingPersonLeft,
        *visits.VISITS,
        visits.VisitPersonLeft,
        VisitsAnnouncedAgain,
        BookingsAnnouncedAgain,
    ),
    "visitors": (
        *_DIRECTORY,
        access.PassageTaken,
        *_RIGHTS_OF_A_BOOKING,
        booking.BookingCheckedIn,
        AccessAnnouncedAgain,
        BookingsAnnouncedAgain,
    ),
    "booking": (
        *_DIRECTORY,
        *_SURROUNDINGS,
        access.PassageTaken,
        *visits.VISITS,
        AccessAnnouncedAgain,
        VisitsAnnouncedAgain,
    ),
}
"""Service -> the events it reacts to. Every one of them has exactly one reaction there."""

NEVER_WAIT = frozenset(
    {
        directory.PersonDelisted.name,
        directory.TenantDelisted.name,
        premises.ZoneDelisted.name,
        booking.BookingCancelled.name,
        visits.VisitCancelled.name,
        visits.VisitRefused.name,
        visits.VisitPassRotated.name,
    }
)
"""Delisting, revocation, cancellation, erasure: never behind an earlier event of their subject."""


def exchange_of(service: str) -> str:
    """The topic exchange on which this service, and nobody else, speaks."""
    return f"{service}.events"


def queue_of(service: str) -> str:
    """The quorum queue from which this service hears."""
    return f"{service}.inbox"


def dead_queue_of(service: str) -> str:
    """Where messages go that this service cannot even read."""
    return f"{service}.dead"


def dead_exchange_of(service: str) -> str:
    """Where the broker puts what this service rejected, on its way to the dead queue."""
    return f"{service}.dead"


@cache
def names_read_by(service: str) -> tuple[str, ...]:
    """The names that this service's queue is bound to."""
    return tuple(event.name for event in READERS[service])


def bindings_of(service: str) -> list[tuple[str, str]]:
    """(exchange, event name) for each event this service reads."""
    return [(exchange_of(owner_of(name) or ""), name) for name in names_read_by(service)]


@cache
def is_read_by_anyone(name: str) -> bool:
    """False for a personal event without readers: it is not announced at all."""
    return any(name in names_read_by(service) for service in SERVICES)


def audited_names() -> list[str]:
    """The event names that the audit stream keeps: those that are not personal."""
    return [name for name, event in all_events().items() if not event.is_personal]
