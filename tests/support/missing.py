"""What a test needs and this machine has not."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def do_without(why: str, *, wanted: str = "") -> NoReturn:
    """Skips whoever needs it and says why; where `CI=true` they fail, and say what is `wanted`."""
    if os.environ.get("CI") == "true":
        pytest.fail(wanted or why, pytrace=False)
    pytest.skip(why)
