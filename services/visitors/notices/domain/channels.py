"""A channel: a place beside the mails where a tenant wants to read some of its notices.

One rule: its address holds a secret, so it is kept sealed and never shown again.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Column, DateTime, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from services.visitors.database import VisitorsTable, Word, one_of
from services.visitors.notices.domain.vendors import Vendor, ending_of, parts_of
from shared.errors import Conflict, Malformed, NotFound
from shared.sealing import Seal

MOST_CHANNELS = 10


class NoSuchChannel(NotFound):
    """There is no such channel."""


class ChannelNotAllowed(Malformed):
    """Give the address that Slack, Teams, Twilio or Infobip has for you, in the form that is
    described here.
    """


class ChannelAddressNeeded(Malformed):
    """A new channel needs an address."""


class TooManyChannels(Conflict):
    """A company has at most ten channels; delete one first."""


def vendor_of(address: str) -> Vendor:
    """Raises `ChannelNotAllowed`."""
    try:
        vendor, _ = parts_of(address)
    except ValueError:
        raise ChannelNotAllowed from None
    return vendor


class NoticeChannel(VisitorsTable, table=True):
    """Where a tenant wants to read some of its notices."""

    __tablename__ = "notice_channels"
    __table_args__ = (one_of("vendor", Vendor), UniqueConstraint("tenant_id", "name"))

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    tenant_id: UUID
    name: str
    """The tenant's own, in the address of the resource."""
    vendor: Vendor = Field(sa_type=Word(Vendor))
    address: bytes
    """Sealed."""
    ending: str
    """The last letters of the address, by which its owner knows it."""
    kinds: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    """Of notices that are told here."""
    changed_by: UUID
    changed_at: datetime = Field(sa_type=DateTime(timezone=True))
    version: int = 0
    failing_since: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    reason: str | None = None
    """Why the last message was not taken."""

    def lead_to(self, address: str, *, seal: Seal) -> None:
        """From now on messages go there. Raises `ChannelNotAllowed`."""
        self.vendor = vendor_of(address)
        self.ending = ending_of(address)
        self.address = seal.close(address, bound_to=str(self.id))
        self.failing_since = self.reason = None

    def leads_to(self, seal: Seal) -> str:
        """Raises `SealBroken`."""
        return seal.open(self.address, bound_to=str(self.id))

    def answered(self) -> None:
        """It works again, or still."""
        self.failing_since = self.reason = None

    def failed(self, *, at: datetime, reason: str) -> None:
        """What was said last did not get there."""
        self.failing_since, self.reason = self.failing_since or at, reason
