"""The table of readers and the reactions in the services say the same."""

import pytest

from deploy.services import service as service_of
from shared.events import all_events, owner_of
from shared.messaging.topology import NEVER_WAIT, READERS, SERVICES, bindings_of, exchange_of


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_reacts_to_exactly_what_it_is_said_to_read(service: str) -> None:
    assert service_of(service).inbox.names == {event.name for event in READERS[service]}


def test_no_service_reads_itself() -> None:
    for service in SERVICES:
        assert exchange_of(service) not in {exchange for exchange, _ in bindings_of(service)}


def test_every_event_has_one_owner_and_what_never_waits_exists() -> None:
    assert all(owner_of(name) in SERVICES for name in all_events())
    assert set(all_events()) >= NEVER_WAIT
