"""What booking needs to know from its environment."""

from datetime import timedelta

from pydantic import Field

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """The settings of booking."""

    access_booking_lead_minutes: int = Field(default=10, ge=0, le=240)
    """The same one that access reads: how long before its start a booking opens doors, and from
    when somebody who comes has come for it."""

    @property
    def check_in_lead(self) -> timedelta:
        return timedelta(minutes=self.access_booking_lead_minutes)
