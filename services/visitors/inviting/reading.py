"""What a request names, judged line by line as a single invitation would be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from services.visitors.inviting.commands import Named
from services.visitors.inviting.domain import lines_of
from services.visitors.visits.requests import NewVisitor
from shared.errors import Malformed

_FIELDS = {"given_name", "family_name", "company", "email", "phone", "language"}


class NoNames(Malformed):
    """Given and family name are missing in this line, or are no names."""


class NoAddress(Malformed):
    """This is no e-mail address."""


class NoPhone(Malformed):
    """This is no telephone number."""


class NotReadable(Malformed):
    """This line cannot be read; write name, company, e-mail address and telephone number."""


class LettersLost(Malformed):
    """Letters of this line were lost on the way; save the list as UTF-8 and send it again."""


_LOST = "\ufffd"
_WRONG: dict[str, type[Malformed]] = {
    "email": NoAddress,
    "phone": NoPhone,
    "given_name": NoNames,
    "family_name": NoNames,
}


def named_by(
    *,
    text: str | None,
    visitors: Sequence[NewVisitor] | None,
    members: Sequence[Mapping[str, str | None]] | None,
) -> list[Named]:
    """Raises `TooManyLines`."""
    if visitors is not None:
        return [_named(number, each) for number, each in enumerate(visitors, 1)]
    if members is not None:
        kept = [NewVisitor.model_validate(each) for each in members]
        return [_named(number, each) for number, each in enumerate(kept, 1)]
    return [_read(line.number, line.fields) for line in lines_of(text or "")]


def _named(number: int, visitor: NewVisitor) -> Named:
    return Named(number, visitor.details(), visitor.language)


def _read(number: int, fields: Mapping[str, str]) -> Named:
    if not fields.keys() <= _FIELDS:
        return Named(number, NotReadable())
    if any(_LOST in value for value in fields.values()):
        return Named(number, LettersLost())
    try:
        return _named(number, NewVisitor.model_validate(fields))
    except ValidationError as wrong:
        where = [str(error["loc"][0]) for error in wrong.errors() if error["loc"]]
        return Named(
            number, next((_WRONG[each] for each in where if each in _WRONG), NotReadable)()
        )
