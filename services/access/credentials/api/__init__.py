"""Credentials over HTTP, by noun."""

from services.access.credentials.api.badges import router as badges
from services.access.credentials.api.day_badges import router as day_badges
from services.access.credentials.api.search import router as search

ROUTERS = (search, badges, day_badges)
