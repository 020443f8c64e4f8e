"""The HTTP face that the three services share: one application, one way to refuse, page and repeat.

`create_service` makes the application; `Session`, `Me`, `Now`, `Once` are what endpoints ask for.
"""

from shared.web.dependencies import Me, Now, Session, WhoeverSignsIn
from shared.web.entities import IfMatch, answer_of, etag_of, must_match, not_modified
from shared.web.ground import Ground
from shared.web.pages import Cursor, Limit, Page, PageRequest, page_of
from shared.web.repeatable import Once
from shared.web.service import create_service, first_version
from shared.web.values import (
    ClockReading,
    Email,
    Instant,
    Line,
    Note,
    Phone,
    ShownWallTime,
    WallTime,
)

__all__ = [
    "ClockReading",
    "Cursor",
    "Email",
    "Ground",
    "IfMatch",
    "Instant",
    "Limit",
    "Line",
    "Me",
    "Note",
    "Now",
    "Once",
    "Page",
    "PageRequest",
    "Phone",
    "Session",
    "ShownWallTime",
    "WallTime",
    "WhoeverSignsIn",
    "answer_of",
    "create_service",
    "etag_of",
    "first_version",
    "must_match",
    "not_modified",
    "page_of",
]
