"""What each service says of itself is complete: described, with examples, refusals as problems."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from deploy.services import all_services
from shared.keys import make_key
from shared.settings import load


def app_of(name: str, *, keys: Path) -> FastAPI:
    """The application, standing on nothing that answers."""
    service = next(each for each in all_services() if each.name == name)
    for key in service.keys:
        make_key(keys, key)
    settings = load(
        service.settings,
        database_url="postgresql://nobody@127.0.0.1:1/none",
        oidc_issuer="https://id.example",
        keys_dir=keys,
        HOST="127.0.0.1",
        PORT=8000,
    )
    return service.create_app(service.ground(settings))


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = document["components"]["schemas"][name] if name else schema
    return found


def has_example(document: dict[str, Any], schema: dict[str, Any]) -> bool:
    """Of the whole, or of each property that must be given."""
    schema = resolved(document, schema)
    if "example" in schema or "examples" in schema:
        return True
    wanted = [schema["properties"][name] for name in schema.get("required", [])]
    return all(has_example(document, each) or is_plain(each) for each in wanted)


def is_plain(schema: dict[str, Any]) -> bool:
    """A value that its type and format explain."""
    return "format" in schema or schema.get("type") in {"boolean", "integer"} or "const" in schema


@pytest.fixture(params=["access", "visitors", "booking"])
def document(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, Any]:
    found: dict[str, Any] = app_of(request.param, keys=tmp_path).openapi()
    return found


def test_every_operation_is_described_for_its_users(document: dict[str, Any]) -> None:
    silent = [
        name
        for name, operation in operations(document)
        if not (operation.get("description") and operation.get("tags"))
    ]
    assert silent == []


def test_every_refusal_is_a_problem(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        content = operation["responses"]["default"]["content"]
        assert list(content) == ["application/problem+json"], name


def test_every_body_has_an_example(document: dict[str, Any]) -> None:
    without = []
    for name, operation in operations(document):
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if body and not ("example" in body or has_example(document, body["schema"])):
            without.append(name)
    assert without == []


def test_resources_are_under_v1_and_paths_have_no_verbs_in_camel_case(
    document: dict[str, Any],
) -> None:
    for path in document["paths"]:
        assert path.startswith(("/v1/", "/health/")), path
        assert path == path.lower(), path


def formats(schema: dict[str, Any]) -> Iterator[str]:
    yield from (each["format"] for each in [schema, *schema.get("anyOf", [])] if "format" in each)


def test_what_a_clock_on_the_wall_shows_is_nowhere_said_to_have_an_offset(
    document: dict[str, Any],
) -> None:
    """Clients are made from the document; one that reads or sends an offset there would fail."""
    for name, schema in document["components"]["schemas"].items():
        for field, its in schema.get("properties", {}).items():
            if field.endswith("_wall"):
                assert list(formats(its)) == ["date-time-local"], (name, field)
