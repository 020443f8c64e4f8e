"""The operators' schemas that a registry has, also where `make check` was not run before."""

import pytest

from deploy.manifests.published import NotFetched, fetch
from tests.support.missing import do_without


@pytest.fixture(scope="session")
def published_schemas() -> None:
    """Without npm the tests that need them are skipped; with `CI=true` they fail."""
    try:
        fetch()
    except NotFetched as why:
        do_without(str(why))
