"""What a service's OpenAPI document shows, sent as it stands by whoever may."""

from collections.abc import Iterator
from typing import Any, Protocol

import httpx
from fastapi import FastAPI


class SignsIn(Protocol):
    """A park that people sign in to."""

    @property
    def http(self) -> httpx.AsyncClient: ...

    def as_(self, email: str, *roles: str) -> dict[str, str]: ...


class Examples:
    """The examples of one service; `sent` are the names of those that were taken from it."""

    def __init__(self, park: SignsIn, app: FastAPI, *, by: str) -> None:
        self._park, self._by = park, by
        self._document = app.openapi()
        self.sent: set[str] = set()

    def of(self, name: str, **ids: Any) -> dict[str, Any]:
        """The example of a schema, with the ids and names of things that there are."""
        self.sent.add(name)
        example: dict[str, Any] = self._document["components"]["schemas"][name]["example"]
        assert ids.keys() <= example.keys()
        return example | ids

    async def send(
        self, method: str, path: str, body: dict[str, Any], *, by: str = "", role: str = ""
    ) -> Any:
        headers = self._park.as_(by or self._by, *([role] if role else []))
        answer = await self._park.http.request(method, f"/v1/{path}", json=body, headers=headers)
        assert answer.is_success, (path, answer.text)
        return answer.json() if answer.headers.get("content-type") == "application/json" else None

    def of_bodies(self) -> Iterator[str]:
        """The names of the schemas of bodies that have an example."""
        schemas = self._document["components"]["schemas"]
        for operations in self._document["paths"].values():
            for operation in operations.values():
                content = operation.get("requestBody", {}).get("content", {})
                for schema in (each["schema"] for each in content.values()):
                    for one in [schema, *schema.get("anyOf", [])]:
                        name = one.get("$ref", "").rpartition("/")[2]
                        if "example" in schemas.get(name, {}):
                            yield name
