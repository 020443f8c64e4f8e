"""Fixtures for all tests, as plugins; the time-zone rules are those the project pins."""

from importlib.util import find_spec

import pytest

from shared.clock import prepare_zones

prepare_zones()

pytest_plugins = ["tests.support.postgres", "tests.support.issuing", "tests.support.rounds"]
if find_spec("tests.support.rabbitmq"):
    pytest_plugins.append("tests.support.rabbitmq")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where processes share the suite (`--dist loadgroup`), one of them has the broker, and a file
    stays whole: what takes long to start is started once.
    """
    for item in items:
        has_broker = item.get_closest_marker("rabbit") is not None
        group = "rabbit" if has_broker else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))
