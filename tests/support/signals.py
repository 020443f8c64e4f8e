"""How a script hears signals, whoever started the tests."""

import signal


def not_deaf() -> None:
    """Before a script starts: what is started in the background is deaf to Ctrl-C, and so are its
    children; a shell cannot trap what it is deaf to.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)
