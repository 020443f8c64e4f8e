"""The golden JSON schemas of the events: what a writer promises, what a reader needs.

`python -m tests.contracts.schemas` writes those that are missing or have grown compatibly, and
refuses an incompatible change: that is a new event, with the next version in its name.
"""

import json
import sys
from pathlib import Path
from typing import Any

from shared.events import Event, all_events

FOLDER = Path(__file__).parents[2] / "shared" / "events" / "schemas"
Schema = dict[str, Any]


def schemas_of(event: type[Event]) -> dict[str, Schema]:
    """`writer`: nothing but this is written; `reader`: whatever else comes is ignored."""
    writer = event.model_json_schema(mode="serialization")
    for each in (writer, *writer.get("$defs", {}).values()):
        if each.get("type") == "object":
            each["additionalProperties"] = False
    return {"writer": writer, "reader": event.model_json_schema(mode="validation")}


def golden(name: str) -> dict[str, Schema] | None:
    path = FOLDER / f"{name}.json"
    return json.loads(path.read_text()) if path.exists() else None


def breaks(old: dict[str, Schema], new: dict[str, Schema]) -> list[str]:
    """What would hurt an old reader of a new writer, or a new reader of an old writer."""
    return [
        *(f"old readers: {why}" for why in _misfits(new["writer"], old["reader"])),
        *(f"new readers: {why}" for why in _misfits(old["writer"], new["reader"])),
        *(f"gone from the writer: {why}" for why in _gone(old["writer"], new["writer"])),
    ]


def _misfits(written: Schema, read: Schema) -> list[str]:
    return list(_compare(written, read, written.get("$defs", {}), read.get("$defs", {}), "event"))


def _gone(old: Schema, new: Schema) -> list[str]:
    required = set(old.get("required", ())) - set(new.get("properties", ()))
    return sorted(required)


def _resolved(schema: Schema, definitions: Schema) -> Schema:
    if "$ref" not in schema:
        return schema
    found: Schema = definitions[schema["$ref"].rsplit("/", 1)[1]]
    return found


def _compare(
    written: Schema, read: Schema, written_defs: Schema, read_defs: Schema, where: str
) -> list[str]:
    written, read = _resolved(written, written_defs), _resolved(read, read_defs)
    if "anyOf" in written or "anyOf" in read:
        return _compare_choices(written, read, written_defs, read_defs, where)
    found = [
        f"{where}: {key} {written.get(key)} is not {read[key]}"
        for key in ("type", "format", "pattern", "const")
        if key in read and written.get(key) != read[key]
    ]
    if "enum" in read and not set(written.get("enum", ["anything"])) <= set(read["enum"]):
        found.append(f"{where}: values {sorted(set(written.get('enum', [])) - set(read['enum']))}")
    if isinstance(read.get("items"), dict) and isinstance(written.get("items"), dict):
        found += _compare(written["items"], read["items"], written_defs, read_defs, f"{where}[]")
    properties = written.get("properties", {})
    for name in read.get("required", ()):
        if name not in written.get("required", ()):
            found.append(f"{where}.{name} may be missing")
    for name, each in read.get("properties", {}).items():
        if name in properties:
            found += _compare(properties[name], each, written_defs, read_defs, f"{where}.{name}")
    return found


def _compare_choices(
    written: Schema, read: Schema, written_defs: Schema, read_defs: Schema, where: str
) -> list[str]:
    return [
        f"{where}: {one.get('type') or one.get('$ref')} fits nothing"
        for one in written.get("anyOf", [written])
        if all(
            _compare(one, other, written_defs, read_defs, where)
            for other in read.get("anyOf", [read])
        )
    ]


def main() -> int:
    refused = 0
    FOLDER.mkdir(exist_ok=True)
    for name, event in all_events().items():
        old, new = golden(name), schemas_of(event)
        if old is not None and (why := breaks(old, new)):
            refused += 1
            print(f"{name}: {'; '.join(why)}. Declare the next version instead.", file=sys.stderr)
            continue
        (FOLDER / f"{name}.json").write_text(json.dumps(new, indent=2, sort_keys=True) + "\n")
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
