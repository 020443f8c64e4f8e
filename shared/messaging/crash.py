"""Places where a test has the process kill itself, to see that nothing is lost there.

`PARVIS_CRASH_AT=after_publish` kills at that place, `after_publish:3` the third time it is reached;
`PARVIS_CRASH_BY=SIGSTOP` has it stand still there instead.
Without the variable this is one comparison.
"""

from __future__ import annotations

import os
import signal

CRASH_POINTS = (
    "before_commit",
    "after_commit",
    "after_claim",
    "after_publish",
    "after_confirm",
    "in_reaction",
    "after_reaction",
    "before_ack",
)

_wanted, _, _nth = os.environ.get("PARVIS_CRASH_AT", "").partition(":")
_left = int(_nth or 1)
_how = signal.Signals[os.environ.get("PARVIS_CRASH_BY", "SIGKILL")]


def crash_wanted(name: str) -> bool:
    """Whether the process is to end there at all."""
    return name == _wanted


def crash_point(name: str) -> None:
    """The signal to itself, here and now, if that is what the environment asks for."""
    global _left
    if name != _wanted:
        return
    _left -= 1
    if _left == 0:
        os.kill(os.getpid(), _how)
