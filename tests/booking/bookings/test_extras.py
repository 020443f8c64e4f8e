"""What is ordered with a room: offered there, and in time."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from services.booking.bookings.domain.extras import (
    Extra,
    ExtraNamedTwice,
    ExtraNotOffered,
    ExtraTooLate,
    must_be_offered,
)
from tests.booking.park import NINE, minutes


@dataclass(frozen=True)
class OfferedAhead:
    lead: timedelta


OFFERED = {"coffee": OfferedAhead(timedelta(hours=2)), "lunch": OfferedAhead(timedelta(hours=24))}
LEAD = timedelta(hours=2)


def test_what_the_room_offers_is_ordered_until_its_lead() -> None:
    coffee = [Extra("coffee", 8)]
    must_be_offered(coffee, offered=OFFERED, starts_at=NINE, at=NINE - LEAD)
    with pytest.raises(ExtraTooLate, match="coffee must be ordered 2 hours ahead"):
        must_be_offered(coffee, offered=OFFERED, starts_at=NINE, at=NINE - LEAD + minutes(1))


def test_what_the_room_does_not_offer_is_refused_however_early() -> None:
    with pytest.raises(ExtraNotOffered, match="technician"):
        must_be_offered(
            [Extra("coffee", 1), Extra("technician", 1)],
            offered=OFFERED,
            starts_at=NINE,
            at=NINE - timedelta(days=30),
        )


def test_an_extra_is_named_once() -> None:
    twice = [Extra("coffee", 1), Extra("coffee", 2)]
    with pytest.raises(ExtraNamedTwice):
        must_be_offered(twice, offered=OFFERED, starts_at=NINE, at=NINE - timedelta(days=30))


def test_less_of_what_was_ordered_is_never_too_late_and_more_of_it_is() -> None:
    ordered = [Extra("coffee", 8), Extra("lunch", 8)]
    late = NINE - minutes(5)
    must_be_offered(
        [Extra("coffee", 4, note="decaf")], offered={}, starts_at=NINE, at=late, ordered=ordered
    )
    with pytest.raises(ExtraTooLate):
        must_be_offered(
            [Extra("coffee", 9)], offered=OFFERED, starts_at=NINE, at=late, ordered=ordered
        )


def test_hours_are_as_many_as_suffice() -> None:
    offered = {"signs": OfferedAhead(minutes(90))}
    with pytest.raises(ExtraTooLate, match="2 hours"):
        must_be_offered([Extra("signs", 1)], offered=offered, starts_at=NINE, at=NINE)


def test_an_order_is_kept_as_it_was_given() -> None:
    extra = Extra("coffee", 8, note="decaf")
    assert Extra.read(extra.kept()) == extra
