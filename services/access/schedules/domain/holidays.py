"""The days on which Morocco rests, as the `holidays` package calculates them for a year.

One rule: whether a date is an estimate is told by the package, by how it names the day; lunar dates
are, until the moon of their month was sighted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from shared.events.premises import Names

_ORIGINAL, _FRENCH, _ENGLISH = "ar", "fr", "en_US"
"""The package writes Moroccan names in Arabic and translates from there."""


@dataclass(frozen=True)
class Holiday:
    """A day of rest, named; `origin` stays the same when the calculation is repeated."""

    origin: str
    day: date
    names: Names
    is_estimated: bool


def holidays_of(year: int) -> list[Holiday]:
    """Those of a year, by date. A feast of two days is two, and a lunar one may come twice.

    Not for an event loop: the first call loads the package.
    """
    from holidays.countries.morocco import Morocco  # half a second of import, once in a year

    plain = Morocco(years=year, language=_ORIGINAL, islamic_show_estimated=False)
    marked = Morocco(years=year, language=_ORIGINAL)
    french, english = Morocco(language=_FRENCH), Morocco(language=_ENGLISH)
    seen: Counter[str] = Counter()
    found = []
    for day in sorted(plain):
        for name in plain.get_list(day):
            names = Names(fr=french.tr(name), ar=name, en=english.tr(name))
            seen[names.en] += 1
            origin = f"MA {year} {names.en} {seen[names.en]}"
            is_estimated = name not in marked.get_list(day)
            found.append(Holiday(origin, day, names, is_estimated))
    return found
