"""Zones and doors over HTTP."""

from fastapi import APIRouter

from services.access.premises.api.doors import router as doors
from services.access.premises.api.zones import router as zones

router = APIRouter(tags=["premises"])
router.include_router(zones)
router.include_router(doors)
