"""What a service says of itself: its OpenAPI document, complete, and a page that shows it.

One rule: both are right where people reach the service, below a prefix that it never sees.
"""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.openapi.utils import get_openapi
from starlette.responses import HTMLResponse

from shared.web.problems import PROBLEM, Problem


def describe(app: FastAPI) -> None:
    """Completes the OpenAPI document with the schema of a problem, which every operation may
    answer; shows it at `/docs`.
    """

    def openapi() -> dict[str, object]:
        if not app.openapi_schema:
            document = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
                tags=app.openapi_tags,
                servers=app.servers,
            )
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            schemas["Problem"] = Problem.model_json_schema(
                ref_template="#/components/schemas/{model}"
            )
            _only_problems(document, schemas)
            app.openapi_schema = document
        return app.openapi_schema

    async def docs() -> HTMLResponse:
        return get_swagger_ui_html(openapi_url="openapi.json", title=app.title)  # beside the page

    app.get("/docs", include_in_schema=False)(docs)
    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's documented way to extend it


def _only_problems(document: dict[str, object], schemas: dict[str, object]) -> None:
    """FastAPI documents its own 422 body; ours is a problem like every other refusal, also where an
    endpoint says more of one of them.
    """
    paths = document.get("paths", {})
    assert isinstance(paths, dict)
    for operations in paths.values():
        for operation in operations.values():
            responses = operation.get("responses", {})
            responses.pop("422", None)
            for status, response in responses.items():
                content = response.get("content", {})
                if status[0] in "45" and "application/json" in content:
                    response["content"] = {PROBLEM: content["application/json"]}
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
