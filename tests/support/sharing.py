"""How the processes of `pytest -n 2` share the suite: one has the broker, the others the rest.

What takes long to start is started once, so all that needs RabbitMQ stays together, and so does
each file. A share that a process has begun is not taken from it, so the long ones are begun first.
"""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

THE_BROKER = "the broker"
ITS_FOLDERS = (
    "tests/system/",
    "tests/faults/",
    "tests/upgrades/beside/",
    "tests/shared/messaging/",
    "tests/shared/doctor/",
)
BEGUN_FIRST = (THE_BROKER, "tests/tooling/test_embedded.py")


def share_of(nodeid: str) -> str:
    """What a test is kept together with. Only its name is known where shares are handed out."""
    return THE_BROKER if nodeid.startswith(ITS_FOLDERS) else nodeid.partition("::")[0]


def _rank(item: pytest.Item) -> tuple[int, bool]:
    share = share_of(item.nodeid)
    place = BEGUN_FIRST.index(share) if share in BEGUN_FIRST else len(BEGUN_FIRST)
    return place, item.get_closest_marker("spoils") is not None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In the order in which shares are begun; nobody else is to start a broker."""
    for item in items:
        if item.get_closest_marker("rabbit") and share_of(item.nodeid) != THE_BROKER:
            raise pytest.UsageError(f"{item.nodeid} needs RabbitMQ outside of {ITS_FOLDERS}")
    items.sort(key=_rank)


class Sharing(LoadScopeScheduling):  # type: ignore[misc]  # published without types
    """Hands out shares instead of classes and modules."""

    def _split_scope(self, nodeid: str) -> str:
        return share_of(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Sharing:
    config.option.loadscopereorder = False  # it goes by number, whatever a test takes
    return Sharing(config, log)
