"""What the rules of this service stand on and no table holds: settings, and the clock.

Made at the edge, told to each session through the database, read by commands and reactions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from services.access.settings import AccessSettings
from shared.clock import Clock
from shared.keys import KeyFile
from shared.threads import Threads
from shared.web import Ground

PIN_KEY = "pin"
"""The key file by which the digests of PINs are made."""
_NAME = "surroundings"


@dataclass(frozen=True)
class Surroundings:
    """The park's part in every right."""

    booking_lead: timedelta
    """How long before a booking its people may pass."""
    key_overlap: timedelta
    """How long a controller's old keys still count."""
    timezone: str
    """By which the park's days begin and end, and whose wall clocks schedules mean."""
    pin_keys: KeyFile
    """What the digests of PINs are made with."""
    pin_threads: Threads
    """Where PINs are hashed."""
    silent_after: timedelta
    """How long a controller that sends heartbeats may be quiet."""
    visits_need_ceilings: bool
    """Whether a visit to a shared zone that is no room to book needs the landlord's ceiling."""
    clock: Clock


def surround(ground: Ground) -> Surroundings:
    """Tells every session of the ground's database."""
    settings = ground.settings
    assert isinstance(settings, AccessSettings)
    around = Surroundings(
        booking_lead=settings.booking_lead,
        key_overlap=settings.key_overlap,
        timezone=settings.timezone,
        pin_keys=KeyFile(settings.keys_dir, PIN_KEY),
        pin_threads=Threads(
            settings.access_pin_threads, waiting=settings.access_pin_waiting, name="pins"
        ),
        silent_after=settings.silent_after,
        visits_need_ceilings=settings.access_visits_need_ceilings,
        clock=ground.clock,
    )
    ground.database.info[_NAME] = around
    return around


def surroundings_of(session: AsyncSession) -> Surroundings:
    """What the session was told."""
    found: Surroundings = session.info[_NAME]
    return found
