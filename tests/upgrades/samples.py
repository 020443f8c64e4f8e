"""Values that a JSON schema allows: one with everything in it, one with only what must be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Schema = dict[str, Any]
BY_FORMAT = {
    "uuid": "0191f1a0-0000-4000-8000-000000000001",
    "date-time": "2027-03-01T09:00:00Z",
    "date": "2027-03-01",
}
BY_PATTERN = {"^[0-9a-f]{64}$": "0f" * 32}
BY_TYPE: dict[str, Any] = {"string": "text", "integer": 3, "number": 1.5, "boolean": True}


def samples(schema: Schema) -> Iterator[Any]:
    """Whole ones, with each word that each enumeration has, then the barest."""
    definitions = schema.get("$defs", {})
    longest = max((len(each.get("enum", ())) for each in definitions.values()), default=1)
    for nth in range(max(longest, 1)):
        yield _made(schema, definitions, nth=nth, is_bare=False)
    yield _made(schema, definitions, nth=0, is_bare=True)


def _made(schema: Schema, definitions: Schema, *, nth: int, is_bare: bool) -> Any:
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return _made(definitions[name], definitions, nth=nth, is_bare=is_bare)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][nth % len(schema["enum"])]
    if "anyOf" in schema:
        choices = sorted(schema["anyOf"], key=lambda each: (each.get("type") == "null") != is_bare)
        return _made(choices[0], definitions, nth=nth, is_bare=is_bare)
    match schema.get("type"):
        case "object" if "properties" in schema:
            wanted = schema.get("required", ()) if is_bare else schema["properties"]
            return {
                name: _made(schema["properties"][name], definitions, nth=nth, is_bare=is_bare)
                for name in wanted
            }
        case "object":
            more = schema.get("additionalProperties")
            if is_bare or not isinstance(more, dict):
                return {}
            return {"key": _made(more, definitions, nth=nth, is_bare=is_bare)}
        case "array":
            if is_bare or "items" not in schema:
                return []
            return [_made(schema["items"], definitions, nth=nth, is_bare=is_bare)]
        case "null":
            return None
        case _ if "pattern" in schema:
            return BY_PATTERN[schema["pattern"]]
        case kind:
            return BY_FORMAT.get(schema.get("format", ""), BY_TYPE[str(kind)])
