"""What one line says of a person, each cell judged by itself. An empty cell says nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, cast, get_args

from pydantic import Field, TypeAdapter, ValidationError

from services.access.imports.domain.faults import (
    Fault,
    NoAddress,
    NoLanguage,
    NoLineOfText,
    NoPhone,
    NothingThere,
    NoYesOrNo,
)
from services.access.imports.domain.sheet import REQUIRED, Record
from shared.errors import Refusal
from shared.events.directory import Language
from shared.web.values import Email, Line, Phone

MOST_OF_A_NUMBER = 100
_YES = {"yes", "y", "true", "1", "x", "oui", "o", "vrai", "نعم"}
_NO = {"", "no", "n", "false", "0", "non", "faux", "لا"}

_LINE = (TypeAdapter(Line), NoLineOfText(most=200))
_VALUES: dict[str, tuple[TypeAdapter[Any], Refusal]] = {
    "email": (TypeAdapter(Email), NoAddress()),
    "given_name": _LINE,
    "family_name": _LINE,
    "phone": (TypeAdapter(Phone), NoPhone()),
    "tenant": _LINE,
    "external_id": (
        TypeAdapter(Annotated[Line, Field(max_length=MOST_OF_A_NUMBER)]),
        NoLineOfText(most=MOST_OF_A_NUMBER),
    ),
}


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person as the file has them; None where it says nothing."""

    number: int
    email: str
    given_name: str | None
    family_name: str | None
    phone: str | None
    language: Language | None
    tenant: str | None
    external_id: str | None
    leaves: bool
    """To be delisted; their names need not be there."""


def read_line(record: Record) -> tuple[PersonLine | None, list[Fault]]:
    """The line, or what is wrong with it."""
    cells = {name: cell for name, cell in record.cells.items() if cell}
    leaving, language = cells.get("leaves", "").lower(), cells.get("language", "").lower()
    leaves = leaving in _YES
    needed = REQUIRED[:1] if leaves else REQUIRED
    faults = [Fault(record.line, name, NothingThere()) for name in needed if name not in cells]
    if not leaves and leaving not in _NO:
        faults.append(Fault(record.line, "leaves", NoYesOrNo(), cells["leaves"]))
    if language and language not in get_args(Language):
        faults.append(Fault(record.line, "language", NoLanguage(), cells["language"]))
    values = {name: _value(record.line, name, cells, faults) for name in _VALUES}
    if faults:
        return None, faults
    said = cast(Language, language) if language else None
    return PersonLine(number=record.line, language=said, leaves=leaves, **values), []


def _value(line: int, name: str, cells: dict[str, str], faults: list[Fault]) -> Any:
    if name not in cells:
        return None
    kind, refusal = _VALUES[name]
    try:
        return kind.validate_python(cells[name])
    except ValidationError:
        faults.append(Fault(line, name, refusal, cells[name]))
        return None
