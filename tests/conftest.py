"""Fixtures for all tests, as plugins; the time-zone rules are those the project pins."""

from importlib.util import find_spec

from shared.clock import prepare_zones

prepare_zones()

pytest_plugins = ["tests.support.postgres", "tests.support.issuing", "tests.support.rounds"]
if find_spec("tests.support.rabbitmq"):
    pytest_plugins.append("tests.support.rabbitmq")
