"""The HTTP face of booking."""

from fastapi import FastAPI

from services.booking.availability.api import router as availability
from services.booking.bookings.api import ROUTERS as BOOKINGS
from services.booking.rooms.api import router as rooms
from shared.web import Ground, create_service, first_version

ROUTES = first_version(availability, rooms, *BOOKINGS)
"""Availability stands before rooms: `/rooms/free` is no room's id."""


def create_app(ground: Ground) -> FastAPI:
    """Rooms and bookings over HTTP."""
    return create_service(
        ground,
        title="Parvis booking",
        description="Rooms of the park, and who holds them when.",
        routes=ROUTES,
    )
