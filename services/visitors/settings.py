"""What visitors needs to know beside what every service does."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from shared.settings import ServiceSettings, address


class VisitorsSettings(ServiceSettings):
    """Built at the edge, passed in."""

    smtp_url: Annotated[str, address("smtp", "smtps")] | None = None
    """None: mails are written as files into `mail_dir`."""
    mail_dir: Path = Path(".parvis/mail")
    mail_from: str = Field(default="reception@parvis.example", pattern=r"^[^@\s<>]+@[^@\s<>]+$")
    """Where notices come from; its domain is also that of Message-IDs and calendar UIDs."""
    mail_from_name: str = "Parvis"
    site_address: str | None = Field(default=None, max_length=200)
    """Street and town of the park, as invitations and their calendar entries say it."""
    site_address_ar: str | None = Field(default=None, max_length=200)
    """The same in Arabic letters; as above where it is not given."""
    pass_lead_minutes: int = Field(default=30, ge=0, le=1440)
    """How long before its start a pass lives, where the tenant has no policy of its own."""
    pass_grace_minutes: int = Field(default=30, ge=0, le=1440)
    """How long after its end."""
    notices_poll_seconds: float = Field(default=0.5, gt=0, le=60)
    """How often the queue of notices is looked at."""
    notices_escalate_after_minutes: int = Field(default=5, ge=1, le=120)
    """How long hosts who are told of a visitor may take to react before others are told, where the
    tenant has no policy of its own.
    """
    left_unseen_after_minutes: int = Field(default=240, ge=0, le=2880)
    """How long after their pass has ended visitors whom nobody saw leave count as gone."""
    sweep_seconds: float = Field(default=30, gt=0, le=3600)
    """How often visits are looked for whose time is over."""
