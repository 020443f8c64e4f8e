"""What booking needs to know from its environment."""

from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field

from shared.settings import ServiceSettings
from shared.web.ground import ground_of


class Settings(ServiceSettings):
    """The settings of booking."""

    access_booking_lead_minutes: int = Field(default=10, ge=0, le=240)
    """The same one that access reads: how long before its start a booking opens doors, and from
    when somebody who comes has come for it."""

    release_seconds: float = Field(default=5, gt=0, le=3600)
    """How often bookings are looked for to which nobody has come."""
    release_hears_first_seconds: float = Field(default=60, ge=0, le=3600)
    """How long the worker has to hear what the doors say before it gives up any."""
    waiting_seconds: float = Field(default=2, gt=0, le=3600)
    """How often it is looked whether those who wait can be offered a room."""

    @property
    def check_in_lead(self) -> timedelta:
        return timedelta(minutes=self.access_booking_lead_minutes)


async def _settings(request: Request) -> Settings:
    settings = ground_of(request).settings
    assert isinstance(settings, Settings)
    return settings


ItsSettings = Annotated[Settings, Depends(_settings)]
