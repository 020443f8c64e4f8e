"""Availability over HTTP."""

from fastapi import APIRouter

from services.booking.availability.api.busy import router as busy
from services.booking.availability.api.days import router as days
from services.booking.availability.api.free import router as free

router = APIRouter(tags=["availability"])
for each in (free, days, busy):
    router.include_router(each)
