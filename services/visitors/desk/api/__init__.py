"""The desk over HTTP."""

from fastapi import APIRouter

from services.visitors.desk.api.conditions import router as conditions
from services.visitors.desk.api.printing import router as printing
from services.visitors.desk.api.steps import router as steps
from services.visitors.desk.api.together import router as together
from services.visitors.desk.api.walking_in import router as walking_in

router = APIRouter()
for part in (steps, conditions, walking_in, together, printing):
    router.include_router(part)

__all__ = ["router"]
