"""How a read is decided. Pure rules over plain values."""

from services.access.decisions.domain.finding import find
from services.access.decisions.domain.found import (
    BadgeFound,
    Found,
    PassFound,
    Standing,
    Way,
)
from services.access.decisions.domain.reads import (
    SAME_READ_WITHIN,
    Question,
    Read,
    ReadKind,
    SequenceUsed,
    WrongEpoch,
)
from services.access.decisions.domain.reasons import Flag, Outcome, Reason
from services.access.decisions.domain.rules import Verdict, decide
from services.access.decisions.domain.standards import IN_THE_FIELD

__all__ = [
    "IN_THE_FIELD",
    "SAME_READ_WITHIN",
    "BadgeFound",
    "Flag",
    "Found",
    "Outcome",
    "PassFound",
    "Question",
    "Read",
    "ReadKind",
    "Reason",
    "SequenceUsed",
    "Standing",
    "Verdict",
    "Way",
    "WrongEpoch",
    "decide",
    "find",
]
