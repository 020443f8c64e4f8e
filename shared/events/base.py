"""What an event is, and the envelope it travels in.

One rule: an event carries the whole public facts of its aggregate, as after the change, so that a
reader that upserts by (subject, sequence) converges whatever is repeated, late or out of order.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

OWNERS = {
    "access": ("access.", "directory.", "premises.", "journal."),
    "visitors": ("visit.", "visitor."),
    "booking": ("booking.",),
}
"""Service -> the prefixes of the event names that only it may announce."""

_events: dict[str, type[Event]] = {}


class Unreadable(Exception):
    """The message is no CloudEvents envelope of ours; it can only be put aside."""


class UnknownEvent(Exception):
    """No event of this name is known here."""


class Facts(BaseModel):
    """A value that travels: frozen, and lenient to fields a newer writer added."""

    model_config = ConfigDict(frozen=True, extra="ignore")


Name = Annotated[str, Field(max_length=200, pattern=r"^[!-~]*$")]
"""Text without spaces, in ASCII: what a table can hold and an index can find."""


class Envelope(Facts):
    """CloudEvents 1.0 in structured JSON, with the `sequence` extension and three of our own.

    `sequence` counts the announced events of a subject from 1; on the wire it is a string of twelve
    digits, so that it also sorts as text. `replay` marks facts that were announced before.
    """

    specversion: str = "1.0"
    id: UUID
    source: Name
    type: Name
    subject: Name
    time: datetime
    datacontenttype: str = "application/json"
    sequence: int = Field(ge=1, lt=10**12)
    tenantid: UUID | None = None
    traceparent: str | None = None
    replay: bool = False
    data: dict[str, Any]

    @property
    def owner(self) -> str:
        """The service that says it is speaking; to be compared with where the message came from."""
        return self.source.removeprefix("/parvis/")

    def to_json(self) -> bytes:
        """The body of the message (`application/cloudevents+json`)."""
        wire = self.model_dump(mode="json", exclude_none=True, exclude={"sequence"})
        return orjson.dumps(wire | {"sequence": f"{self.sequence:012d}"})

    @classmethod
    def from_json(cls, body: bytes) -> Self:
        """Raises `Unreadable` for whatever is not such an envelope."""
        try:
            envelope = cls.model_validate(orjson.loads(body))
        except (ValidationError, orjson.JSONDecodeError) as broken:
            raise Unreadable(type(broken).__name__) from broken
        if envelope.specversion != "1.0" or not envelope.type:
            raise Unreadable("specversion or type")
        return envelope


class Event(BaseModel):
    """A fact that one service announces to the others. Subclasses are declared in this package.

    `name` is the type on the wire (`owner.fact.v1`). `is_personal` events never enter the audit
    stream.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: ClassVar[str]
    is_personal: ClassVar[bool]
    _heard: Envelope | None = PrivateAttr(default=None)

    def __init_subclass__(
        cls, *, name: str | None = None, is_personal: bool | None = None, **config: Any
    ) -> None:
        super().__init_subclass__(**config)
        if is_personal is not None:
            cls.is_personal = is_personal
        if name is None:
            return
        if name in _events:
            raise TypeError(f"{name} is declared twice")
        cls.name = name
        _events[name] = cls

    @property
    def subject(self) -> str:
        """The aggregate it is about: `kind/id`."""
        raise NotImplementedError

    @property
    def tenant_id(self) -> UUID | None:
        """Whose it is, where it is one tenant's."""
        return None

    @property
    def heard(self) -> Envelope:
        """The envelope it came in; only for an event that was heard."""
        if self._heard is None:
            raise ValueError(f"{self.name} was made here, not heard")
        return self._heard

    def to_data(self) -> bytes:
        """Its facts as JSON: the `data` of the envelope."""
        return self.__pydantic_serializer__.to_json(self)

    @classmethod
    def from_envelope(cls, envelope: Envelope) -> Event:
        """The event of that type. Raises `UnknownEvent`, or `ValidationError` where facts are
        missing.
        """
        try:
            kind = _events[envelope.type]
        except KeyError:
            raise UnknownEvent(envelope.type) from None
        event = kind.model_validate(envelope.data)
        event._heard = envelope
        return event


def all_events() -> dict[str, type[Event]]:
    """Every declared event by its name. Import `shared.events` first, which declares them all."""
    return dict(_events)


def owner_of(name: str) -> str | None:
    """The one service that may announce an event of this name."""
    for service, prefixes in OWNERS.items():
        if name.startswith(prefixes):
            return service
    return None


def said_by(service: str) -> list[str]:
    """The prefixes of its events' names, of those that it owns: what its broker user may say."""
    return sorted({f"{name.split('.')[0]}." for name in _events if owner_of(name) == service})
