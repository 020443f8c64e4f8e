"""What the rules of this service stand on and no table holds: keys, usual policy, zone, clock.

Made at the edge by `app` and `worker`, told to each session through the database, read by commands
and reactions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.links.domain import Links
from shared.clock import Clock
from shared.database import Database
from shared.keys import KeyFile
from shared.outward import Guard
from shared.sealing import Seal

_NAME = "surroundings"


@dataclass(frozen=True)
class Surroundings:
    """The park's part in every visit."""

    pass_keys: KeyFile
    link_keys: KeyFile
    """Those that sign the links in mails."""
    seal_keys: KeyFile
    base_url: str
    lead: timedelta
    """How long before its start a pass lives, where the tenant has no policy of its own."""
    grace: timedelta
    """How long after its end."""
    escalate_after: timedelta
    """How long a host may take to react, where the tenant has no policy of its own."""
    timezone: str
    site_address: str | None
    """Where the park is, for those who come there."""
    site_address_ar: str | None
    """The same in Arabic letters."""
    clock: Clock
    guard: Guard
    """Judges where tenants' messages may go."""

    @property
    def links(self) -> Links:
        """Those of the mails."""
        return Links(self.base_url, self.link_keys.newest)

    @property
    def seal(self) -> Seal:
        """Closes what tenants entrust to this service: secrets, and addresses that hold one."""
        return Seal(*self.seal_keys.keys)


def surround(database: Database, surroundings: Surroundings) -> None:
    """Tells every session of this database."""
    database.info[_NAME] = surroundings


def surroundings_of(session: AsyncSession) -> Surroundings:
    """What the session was told."""
    found: Surroundings = session.info[_NAME]
    return found
