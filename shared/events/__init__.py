"""Everything the services say to each other. Importing this package declares every event."""

from shared.events import access, booking, directory, premises, retelling, visits
from shared.events.base import (
    Envelope,
    Event,
    Facts,
    UnknownEvent,
    Unreadable,
    all_events,
    owner_of,
    said_by,
)

__all__ = [
    "Envelope",
    "Event",
    "Facts",
    "UnknownEvent",
    "Unreadable",
    "access",
    "all_events",
    "booking",
    "directory",
    "owner_of",
    "premises",
    "retelling",
    "said_by",
    "visits",
]
