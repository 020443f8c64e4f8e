"""Who may listen, and for how long: tickets for browsers that cannot send a token, and limits.

Pure rules, told the time. A ticket is kept as its digest, counts once, and lives half a minute.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, ClassVar

from sqlalchemy import Column, Index, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.booking.database import BookingTable, Moment
from shared.errors import Conflict, NotSignedIn, TryLater
from shared.identity.listed import Role, SignInClaims

TICKET_LIVES = timedelta(seconds=30)


class TicketNotAccepted(NotSignedIn):
    """This ticket is not accepted: it was used already, or is too old; ask for another one."""


class TooManyFeedsOfYours(Conflict):
    """You have too many live feeds open; close one of them first."""


class TooManyFeeds(TryLater):
    """Too many people follow their bookings live at the moment; try again shortly."""


@dataclass(frozen=True)
class Limits:
    """Seconds, and how many."""

    keep_alive: float = 15
    rights: float = 60
    """How often rights are read again, and what was missed, if anything ever was."""
    patience: float = 10
    """With a reader who does not read."""
    gap: float = 0.1
    """Between two looks at what changed, while anybody listens."""
    of_a_person: int = 5
    of_a_process: int = 1000
    reading: int = 4
    """Feeds that read the database at the same time; requests need its connections too."""


class FeedTicket(BookingTable, table=True):
    """Stands for its owner's token, once."""

    __tablename__: ClassVar[Any] = "feed_tickets"
    __table_args__ = (Index("feed_tickets_expires_at_idx", "expires_at"),)

    digest: bytes = Field(primary_key=True, sa_type=LargeBinary)
    claims: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
    expires_at: datetime = Field(sa_type=Moment)

    def signed(self) -> SignInClaims:
        """What the token said for which it stands."""
        kept = dict(self.claims)
        return SignInClaims(
            issuer=kept["issuer"],
            subject=kept["subject"],
            verified_email=kept["verified_email"],
            tenant=kept["tenant"],
            roles=frozenset(Role(role) for role in kept["roles"]),
            expires_at=datetime.fromisoformat(kept["expires_at"]),
        )


def digest_of(ticket: str) -> bytes:
    return sha256(ticket.encode()).digest()


def new_ticket(claims: SignInClaims, *, at: datetime) -> tuple[str, FeedTicket]:
    """The ticket for its owner, and what is kept of it."""
    ticket = secrets.token_urlsafe(24)
    kept = {
        "issuer": claims.issuer,
        "subject": claims.subject,
        "verified_email": claims.verified_email,
        "tenant": claims.tenant,
        "roles": sorted(claims.roles),
        "expires_at": claims.expires_at.isoformat(),
    }
    return ticket, FeedTicket(digest=digest_of(ticket), claims=kept, expires_at=at + TICKET_LIVES)
