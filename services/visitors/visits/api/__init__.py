"""Visits over HTTP."""

from fastapi import APIRouter

from services.visitors.visits.api.deciding import router as deciding
from services.visitors.visits.api.found import (
    Found,
    Seen,
    ToChange,
    Why,
    by_person,
    changed,
    language_of_mine,
)
from services.visitors.visits.api.passes import router as passes
from services.visitors.visits.api.visits import router as visits

router = APIRouter()
for part in (visits, deciding, passes):
    router.include_router(part)

__all__ = ["Found", "Seen", "ToChange", "Why", "by_person", "changed", "language_of_mine", "router"]
