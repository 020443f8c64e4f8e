"""Zones come from the pinned rules, whatever the machine says."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.clock import NoSuchLocalTime, NoSuchTimezone, instant, wall_time, zone

CASABLANCA = "Africa/Casablanca"


@pytest.mark.parametrize(
    ("wall", "offset_hours"),
    [
        (datetime(2026, 1, 15, 9), 1),
        (datetime(2026, 3, 1, 9), 0),  # Ramadan of 2026
        (datetime(2026, 7, 1, 9), 1),
        (datetime(2026, 9, 19, 9), 1),
        (datetime(2026, 10, 1, 9), 0),  # for good
        (datetime(2027, 7, 1, 9), 0),
    ],
)
def test_casablanca_keeps_the_law_of_2026(wall: datetime, offset_hours: int) -> None:
    at = instant(wall, timezone=CASABLANCA)
    assert at == wall.replace(tzinfo=UTC) - timedelta(hours=offset_hours)


def test_a_wall_time_that_the_clock_jumps_over_is_refused() -> None:
    with pytest.raises(NoSuchLocalTime, match="2026-03-29T02:30"):
        instant(datetime(2026, 3, 29, 2, 30), timezone="Europe/Paris")


def test_in_a_fold_the_first_of_the_two_is_meant() -> None:
    at = instant(datetime(2026, 10, 25, 2, 30), timezone="Europe/Paris")
    assert at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("name", ["Atlantis/Center", "", "../etc/passwd", "/etc/localtime", "a\0b"])
def test_a_zone_that_does_not_exist_is_refused(name: str) -> None:
    with pytest.raises(NoSuchTimezone):
        zone(name)


@given(
    st.datetimes(min_value=datetime(2001, 1, 1), max_value=datetime(2099, 1, 1)),
    st.sampled_from([CASABLANCA, "Europe/Paris", "UTC", "Asia/Kathmandu"]),
)
def test_every_instant_survives_the_way_to_the_wall_and_back(at: datetime, name: str) -> None:
    at = at.replace(tzinfo=UTC)
    back = instant(wall_time(at, timezone=name), timezone=name)
    assert back in {at, at - timedelta(hours=1)}  # the second pass of a fold reads as the first
