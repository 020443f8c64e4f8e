"""Which days the calendar proposes, and which of them it is sure of."""

from datetime import date

from services.access.schedules.domain.holidays import holidays_of


def test_dates_by_the_moon_are_estimates_and_the_others_are_not() -> None:
    found = {holiday.origin: holiday for holiday in holidays_of(2027)}
    eid = found["MA 2027 Eid al-Fitr 1"]
    assert (eid.day, eid.is_estimated) == (date(2027, 3, 9), True)
    assert (eid.names.fr, eid.names.ar) == ("Fête de la rupture du jeûne", "عيد الفطر")
    throne = found["MA 2027 Throne Day 1"]
    assert (throne.day, throne.is_estimated) == (date(2027, 7, 30), False)
    assert sum(holiday.is_estimated for holiday in found.values()) == 7


def test_two_holidays_may_fall_on_one_date() -> None:
    on_that_day = [each.names.en for each in holidays_of(2027) if each.day == date(2027, 8, 14)]
    assert sorted(on_that_day) == ["Oued Ed-Dahab Day", "Prophet's Birthday"]


def test_a_year_may_have_a_feast_twice_and_each_is_told_apart() -> None:
    found = holidays_of(2033)
    assert len({holiday.origin for holiday in found}) == len(found)
    assert sum(holiday.names.en == "Eid al-Fitr" for holiday in found) == 4
