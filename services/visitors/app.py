"""The HTTP face of visitors."""

from __future__ import annotations

from fastapi import FastAPI

from services.visitors.agreements.api import router as agreements
from services.visitors.answers.pace import Pace
from services.visitors.answers.pages import router as answers
from services.visitors.assistants.api import router as assistants
from services.visitors.badges.api import router as badges
from services.visitors.badges.printing import Press
from services.visitors.board.api import router as board
from services.visitors.board.feed import Boards, Limits
from services.visitors.desk.api import router as desk
from services.visitors.inviting.api import router as inviting
from services.visitors.notices.api import router as channels
from services.visitors.policies.api import router as policies
from services.visitors.returning.api import router as returning
from services.visitors.scans.api import router as scans
from services.visitors.search.api import router as search
from services.visitors.series.api import router as series
from services.visitors.visits.api import router as visits
from services.visitors.webhooks.api import router as webhooks
from services.visitors.worker import surround_sessions
from shared.web import Ground, create_service, first_version

ROUTES = first_version(
    board,
    visits,
    answers,
    badges,
    desk,
    policies,
    agreements,
    assistants,
    inviting,
    webhooks,
    channels,
    series,
    search,
    returning,
    scans,
)


def create_app(ground: Ground, *, limits: Limits | None = None) -> FastAPI:
    """The application; it needs the keys that `migrate` makes."""
    surround_sessions(ground)
    boards = Boards(ground, limits or Limits())
    app = create_service(
        ground,
        title="Parvis visitors",
        description="Who is expected by whom, with which pass, and who was told.",
        routes=ROUTES,
        lifespan=boards.lifespan,
        codes=("/v1/desk/scan", "/v1/desk/visits/"),
    )
    app.state.boards = boards
    app.state.press = Press()
    app.state.pace = Pace()
    return app
