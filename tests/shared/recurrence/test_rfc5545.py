"""What rules make, by RFC 5545's own examples (3.8.5.3), as instants.

`rfc5545.txt` writes them as the RFC does: `1997 EDT 0902 0904-0906`, all at 09:00 in New York; a
time of day other than that stands behind its date; "…" where the RFC goes on. One UNTIL is as the
RFC's erratum 3883 has it.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from shared.clock import instant_meant, wall_time
from shared.recurrence import Recurrence, Rule, followed
from shared.recurrence.refusals import RuleTooFine

NEW_YORK = "America/New_York"
OFFSETS = {"EDT": timezone(timedelta(hours=-4)), "EST": timezone(timedelta(hours=-5))}
DAY = timedelta(days=1)


def examples() -> list[tuple[str, datetime, str]]:
    text = Path(__file__).with_name("rfc5545.txt").read_text()
    return [
        (rule, datetime.fromisoformat(f"{first}T0900"), written)
        for rule, first, written in re.findall(r"^(\S+) from (\d+)\n((?: {4}.*\n)+)", text, re.M)
    ]


def instants(written: str) -> Iterator[datetime]:
    year, offset = 0, UTC
    for word in written.split():
        if word in OFFSETS:
            offset = OFFSETS[word]
        elif len(word) == 4 and word > "1300":
            year = int(word)
        elif word != "…":
            begins, _, ends = word.partition("-")
            day, _, hour = begins.partition("T")
            at = datetime(year, int(day[:2]), int(day[2:]), int(hour or 9), tzinfo=offset)
            last = at.replace(month=int(ends[:2]), day=int(ends[2:])) if ends else at
            while at <= last:
                yield at.astimezone(UTC)
                at += DAY


@pytest.mark.parametrize(("rule", "first", "written"), examples())
def test_a_rule_makes_what_the_rfc_says_it_makes(rule: str, first: datetime, written: str) -> None:
    expected = list(instants(written))
    horizon = expected[-1] if "…" in written else expected[-1] + 400 * DAY
    read = Rule.read(rule)
    if read.is_endless:
        walls = followed(read, first, last=wall_time(horizon, timezone=NEW_YORK))
        made = [instant_meant(wall, timezone=NEW_YORK) for wall in walls]
    else:
        recurrence = Recurrence(first, timedelta(hours=1), NEW_YORK, read)
        made = [each.starts_at for each in recurrence.starts(last=horizon, most=750)]
    assert made == expected


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=MINUTELY;INTERVAL=15;COUNT=6",
        "FREQ=MINUTELY;INTERVAL=90;COUNT=4",
        "FREQ=DAILY;BYHOUR=9,10;BYMINUTE=0,20,40;BYSECOND=30",
        "FREQ=SECONDLY;COUNT=5",
    ],
)
def test_a_rule_of_minutes_or_seconds_is_refused(rule: str) -> None:
    with pytest.raises(RuleTooFine):
        Rule.read(rule)
