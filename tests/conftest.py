"""Fixtures for all tests, as plugins; the time-zone rules are those the project pins.

Property tests try the same examples in every run and have no deadline, as the machine may be busy;
`--hypothesis-profile=chance` leaves the examples to chance, and tries many.
"""

import os
from importlib.util import find_spec

from hypothesis import settings

from shared.clock import prepare_zones

prepare_zones()
for name in ("CALLER_REQUESTS", "STRANGER_REQUESTS", "CODES"):  # tests ask more often than people
    os.environ.setdefault(f"PARVIS_{name}_A_MINUTE", "0")
settings.register_profile("ci", deadline=None, derandomize=True)
settings.register_profile("chance", deadline=None, max_examples=1000)
settings.load_profile("ci")

pytest_plugins = [
    "tests.support.postgres",
    "tests.support.issuing",
    "tests.support.rounds",
    "tests.support.sharing",
]
if find_spec("tests.support.rabbitmq"):
    pytest_plugins.append("tests.support.rabbitmq")
