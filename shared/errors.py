"""Refusals: what the system says when it will not do a thing, in words a person can act on.

One rule: raise the sentence you would tell the caller. The docstring of a refusal is its message in
English; its code is its name (`RoomTaken` -> `room_taken`); catalogues hold the French and the
Arabic.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar


class Refusal(Exception):
    """This cannot be done."""

    code: ClassVar[str] = "refusal"
    message: ClassVar[str] = "This cannot be done."
    members: Mapping[str, object] = MappingProxyType({})
    """What the problem says beside its sentence (RFC 9457, 3.2): name -> what JSON can hold."""

    def __init__(self, **details: Any) -> None:
        """`details` fill the placeholders of the message; they are shown to the caller."""
        self.details = details
        super().__init__(self.message.format_map(_Blanks(details)))

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.code = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower()
        cls.message = " ".join((cls.__doc__ or cls.__name__).split())


class _Blanks(dict[str, Any]):
    """Leaves a placeholder as it is where no detail fills it."""

    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


class Malformed(Refusal):
    """The request is not of the form that was asked for."""


class NotSignedIn(Refusal):
    """Sign in first: the request carries no valid token."""


class NotAllowed(Refusal):
    """You may not do this."""


class NotFound(Refusal):
    """There is no such thing here."""


class Conflict(Refusal):
    """This does not fit the present state."""


class LostRace(Refusal):
    """Somebody changed it since you read it; read it again and repeat your change."""


class TryLater(Refusal):
    """This is not possible at the moment; try again shortly."""
