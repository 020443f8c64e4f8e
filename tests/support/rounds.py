"""Tests that disturb at random: one seed in CI, ten more with `-m long`."""

import pytest

ROUNDS = [1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 12))]


@pytest.fixture(params=ROUNDS, ids=lambda seed: f"round {seed}")
def round_(request: pytest.FixtureRequest) -> int:
    """The seed of what is left to chance."""
    return int(request.param)
