"""Looks up what was typed; who may see which visit is decided in the query."""

from services.visitors.search.store.hits import (
    Day,
    Hit,
    Shown,
    hits_around,
    hits_directly,
    hits_of_anybody,
    hits_of_the_day,
    shown,
)

__all__ = [
    "Day",
    "Hit",
    "Shown",
    "hits_around",
    "hits_directly",
    "hits_of_anybody",
    "hits_of_the_day",
    "shown",
]
