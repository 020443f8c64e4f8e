"""`python -m deploy.local run | demo | token`: the embedded park from the command line."""

import os
import signal
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> None:
    """Runs one command to its end. Ctrl-C counts from the first moment, imports included."""
    signal.signal(signal.SIGINT, _stop_at_once)
    from deploy.local.commands import run  # takes a second

    run(argv)


def _stop_at_once(*_: object) -> None:
    """Nothing was started yet; the commands take the signal over."""
    print("\nStopped.", file=sys.stderr, flush=True)
    os._exit(128 + signal.SIGINT)


if __name__ == "__main__":
    main()
