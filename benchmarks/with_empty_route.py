"""`python -m benchmarks.with_empty_route access`: the service, and one route that does nothing.

The empty route is the limit that the real ones are measured against, on the very same server.
"""

from __future__ import annotations

import sys
from dataclasses import replace

from fastapi import FastAPI
from pydantic import BaseModel

from deploy.services import all_services
from shared.cli import main
from shared.web.ground import Ground


class Nothing(BaseModel):
    """A small body."""

    text: str


def start(name: str, *command: str) -> None:
    """Does what `python -m services.<name>` does."""
    service = next(each for each in all_services() if each.name == name)

    def with_empty_route(ground: Ground) -> FastAPI:
        app = service.create_app(ground)

        @app.post("/v1/empty")
        async def empty(body: Nothing) -> Nothing:
            return body

        return app

    main(replace(service, create_app=with_empty_route), command)


if __name__ == "__main__":
    start(*sys.argv[1:])
