"""Why an event waits, in words that an operator can act on and that carry nobody's data."""

from __future__ import annotations

from pydantic import ValidationError

from shared.database import cause_of

LONGEST = 300


def reason_of(error: BaseException) -> str:
    """Of database errors never the values, of facts only the places that do not fit."""
    if isinstance(error, ValidationError):
        places = [
            ".".join(str(part) for part in each["loc"]) + " " + each["type"]
            for each in error.errors(include_input=False, include_url=False)
        ]
        return f"facts do not fit: {', '.join(places)}"[:LONGEST]
    cause = cause_of(error)
    name = type(cause).__name__
    if state := getattr(cause, "sqlstate", None):
        constraint = getattr(cause, "constraint_name", None)
        return f"{name} {state} {constraint or ''}".strip()
    return f"{name}: {error}"[:LONGEST]
