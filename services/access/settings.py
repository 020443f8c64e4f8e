"""What access needs to know beside what every service does."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from shared.settings import ServiceSettings


class AccessSettings(ServiceSettings):
    """Built at the edge, passed in."""

    access_booking_lead_minutes: int = Field(default=10, ge=0, le=240)
    """How long before a booking its people may pass into its room."""
    access_key_overlap_hours: int = Field(default=24, ge=0, le=720)
    """How long a controller's old keys still count after it was given a new one."""
    access_silent_after_seconds: float = Field(default=120, ge=5, le=86_400)
    """How long a controller that sends heartbeats may be quiet before it is called silent."""
    access_silence_seconds: float = Field(default=10, gt=0, le=3600)
    """How often controllers are looked for that have fallen silent."""
    access_visits_need_ceilings: bool = False
    """Whether a visit to a shared zone that is no room to book needs the landlord's ceiling."""

    access_pin_threads: int = Field(default=1, ge=1, le=16)
    """How many PINs are judged at once; each takes a core for about 20 ms."""
    access_pin_waiting: int = Field(default=64, ge=1, le=10_000)
    """How many PINs may be waiting or at work; one more is refused until there is room."""

    @property
    def booking_lead(self) -> timedelta:
        return timedelta(minutes=self.access_booking_lead_minutes)

    @property
    def silent_after(self) -> timedelta:
        return timedelta(seconds=self.access_silent_after_seconds)

    @property
    def key_overlap(self) -> timedelta:
        return timedelta(hours=self.access_key_overlap_hours)
