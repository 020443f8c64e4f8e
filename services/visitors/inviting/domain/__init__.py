"""Many visitors in one go: the lines that name them, and the groups that are kept of them."""

from services.visitors.inviting.domain.groups import (
    MOST_MEMBERS,
    NoSuchGroup,
    OnlyItsOwner,
    VisitorGroup,
)
from services.visitors.inviting.domain.lines import (
    MOST_LINES,
    Line,
    SameAsEarlierLine,
    TooManyLines,
    lines_of,
)

__all__ = [
    "MOST_LINES",
    "MOST_MEMBERS",
    "Line",
    "NoSuchGroup",
    "OnlyItsOwner",
    "SameAsEarlierLine",
    "TooManyLines",
    "VisitorGroup",
    "lines_of",
]
