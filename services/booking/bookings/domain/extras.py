"""Extras: what is ordered with a room (catering, a technician), and how long ahead it must be.

One rule: a room offers an extra or it does not, each with a lead of its own; what is newly ordered,
or wanted at another time or place than before, must be ordered that lead before the start.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from shared.errors import Conflict, Malformed


class ExtraNotOffered(Conflict):
    """This room does not offer {extra}."""


class ExtraTooLate(Conflict):
    """The extra {extra} must be ordered {hours} hours ahead."""


class ExtraNamedTwice(Malformed):
    """Name each extra once, with its whole quantity."""


class Offered(Protocol):
    """How a room offers an extra."""

    @property
    def lead(self) -> timedelta:
        """How long before the start it must be ordered."""


@dataclass(frozen=True)
class Extra:
    """So much of something, for one booking."""

    code: str
    quantity: int
    note: str | None = None

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Extra":
        return cls(code=kept["code"], quantity=kept["quantity"], note=kept["note"])

    def kept(self) -> dict[str, Any]:
        return asdict(self)


def must_be_offered(
    extras: Sequence[Extra],
    *,
    offered: Mapping[str, Offered],
    starts_at: datetime,
    at: datetime,
    ordered: Sequence[Extra] = (),
) -> None:
    """Raises why not all of them can be had for a booking that starts then.

    Of what was `ordered` already, for that time and place, less is never too late.
    """
    if len({extra.code for extra in extras}) < len(extras):
        raise ExtraNamedTwice
    before = {extra.code: extra.quantity for extra in ordered}
    for extra in extras:
        if extra.quantity <= before.get(extra.code, 0):
            continue
        if extra.code not in offered:
            raise ExtraNotOffered(extra=extra.code)
        lead = offered[extra.code].lead
        if starts_at < at + lead:
            raise ExtraTooLate(extra=extra.code, hours=_hours(lead))


def _hours(lead: timedelta) -> int:
    """Whole hours, as many as suffice."""
    return -(-lead // timedelta(hours=1))
