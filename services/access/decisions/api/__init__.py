"""Reads at doors over HTTP: asked by controllers, looked at by security."""

from fastapi import APIRouter

from services.access.decisions.api.decided import router as decided
from services.access.decisions.api.reads import ReadsFirst, asked_often

__all__ = ["ReadsFirst", "router"]

router = APIRouter(tags=["decisions"])
router.include_router(asked_often)
router.include_router(decided)
