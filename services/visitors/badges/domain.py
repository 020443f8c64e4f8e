"""A tenant's badges: what is printed on them, and how they look.

One rule: a name is always on a badge; a tenant without a template has the park's usual one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field

from services.visitors.database import VisitorsTable
from services.visitors.png import NotPng, read_png
from shared.errors import Malformed
from shared.events.directory import Language

LARGEST_LOGO = 100_000
"""Bytes."""
WIDEST_LOGO = 800
"""Pixels, each way: what a printer of 300 dpi makes of 18 mm is a quarter of it."""
USUAL_COLOUR = "#1f3a5f"


class LogoNotReadable(Malformed):
    """The logo must be a PNG picture of at most 800 by 800 pixels."""


class Shown(StrEnum):
    """What a badge may show beside the name."""

    COMPANY = "company"
    HOST = "host"
    TENANT = "tenant"
    DATE = "date"
    KIND = "kind"
    PLATE = "plate"
    ESCORT = "escort"
    """That the visitor is not to walk alone, where that is so."""
    QR = "qr"
    """The pass."""


USUALLY_SHOWN = tuple(each for each in Shown if each is not Shown.PLATE)


class BadgeTemplate(VisitorsTable, table=True):
    """How the badges of one tenant's visitors look."""

    __tablename__ = "badge_templates"
    __table_args__ = (
        CheckConstraint("colour ~ '^#[0-9a-f]{6}$'", name="colour"),
        CheckConstraint(f"octet_length(logo) <= {LARGEST_LOGO}", name="logo"),
    )

    tenant_id: UUID = Field(primary_key=True)
    title: str | None = None
    """None: what the visitor is (visitor, contractor, delivery) in their language."""
    colour: str = USUAL_COLOUR
    shows: list[str] = Field(
        default_factory=lambda: list(USUALLY_SHOWN), sa_column=Column(ARRAY(Text), nullable=False)
    )
    note: str | None = None
    logo: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    changed_by: UUID | None = None
    changed_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))
    version: int = 0

    def does_show(self, what: Shown) -> bool:
        return what in self.shows


@dataclass(frozen=True)
class Badge:
    """Everything that is printed on one badge, in words."""

    language: Language
    title: str
    kind: str | None
    name: str
    company: str | None
    lines: tuple[tuple[str, str], ...]
    """(label, value), from top to bottom."""
    mark: str | None
    """What must not be overlooked."""
    note: str | None
    colour: str
    logo: bytes | None
    token: str | None
    """The pass; a secret, which goes into the picture and nowhere else."""


def read_logo(picture: bytes) -> bytes:
    """The picture as it is kept. Raises `LogoNotReadable`."""
    try:
        return read_png(picture, widest=WIDEST_LOGO)
    except NotPng:
        raise LogoNotReadable from None
