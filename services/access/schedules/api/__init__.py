"""Schedules and special days over HTTP."""

from fastapi import APIRouter

from services.access.schedules.api import schedules, special_days

router = APIRouter()
router.include_router(schedules.router)
router.include_router(special_days.router)
