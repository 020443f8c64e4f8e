"""Departures: what each service says it has done about somebody who has left.

Pure rules. One rule: each service speaks for itself; what nobody has said yet is shown as not said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.access.database import UTC_TIME, AccessTable
from shared.errors import NotFound
from shared.messaging.topology import SERVICES

OWN = "access"
"""This service's own answer is written by the commit that delists."""


class HasNotLeft(NotFound):
    """This person has not left the directory."""


class Departure(AccessTable, table=True):
    """The answer of one service. No foreign key: an answer is kept whatever is known here."""

    __tablename__ = "departures"

    person_id: UUID = Field(primary_key=True)
    service: str = Field(primary_key=True)
    sequence: int = Field(default=0, sa_type=BigInteger)
    """Of the event that said it: an older one has no effect."""
    counts: dict[str, int] = Field(sa_column=Column(JSONB, nullable=False))
    answered_at: datetime = Field(sa_type=UTC_TIME)


@dataclass(frozen=True)
class Answer:
    """What a service has said; None where it has not yet."""

    service: str
    answered_at: datetime | None
    counts: dict[str, int] | None


def answers_of(said: list[Departure]) -> list[Answer]:
    """One for each service that may hold something of a person, in a fixed order."""
    by_service = {each.service: each for each in said}
    found = ((service, by_service.get(service)) for service in SERVICES)
    return [
        Answer(service, None, None) if row is None else Answer(service, row.answered_at, row.counts)
        for service, row in found
    ]
