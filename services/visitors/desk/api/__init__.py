"""The desk over HTTP."""

from fastapi import APIRouter

from services.visitors.desk.api.conditions import router as conditions
from services.visitors.desk.api.steps import router as steps

router = APIRouter()
for part in (steps, conditions):
    router.include_router(part)

__all__ = ["router"]
