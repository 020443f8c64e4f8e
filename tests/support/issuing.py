"""A token issuer that really answers on a port, once for all tests."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from deploy.local.issuer import Issuer
from tests.support.serving import served
from tests.support.tokens import an_issuer


@asynccontextmanager
async def an_answering_issuer() -> AsyncIterator[Issuer]:
    """Publishes its key while the block lasts."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    made = an_issuer("http://127.0.0.1:{}".format(*listening.getsockname()[1:]))
    async with served(made.app(), listening=listening):
        yield made


@pytest.fixture(scope="session")
async def issuer() -> AsyncIterator[Issuer]:
    """The one that the services under test believe."""
    async with an_answering_issuer() as made:
        yield made
