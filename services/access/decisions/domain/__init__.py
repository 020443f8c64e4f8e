"""How a read is decided. Pure rules over plain values."""

from services.access.decisions.domain.found import (
    BadgeFound,
    Found,
    PassFound,
    Standing,
    find,
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

__all__ = [
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
    "WrongEpoch",
    "decide",
    "find",
]
