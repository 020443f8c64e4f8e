"""A month as a page to be printed, in the language of whoever asks.

One rule: whatever somebody has typed is text here; and nothing on the page comes from elsewhere or
runs (no script, picture or font), which its content security policy says too.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from string import Template

from babel.dates import format_date, format_time, get_timezone_location

from services.booking.rooms.domain import RUN_THE_PARK
from services.booking.utilisation.report import Asked, By, Line
from services.booking.utilisation.tables import Writing, section, summary
from services.booking.utilisation.words import Label
from shared.clock import local, zone
from shared.events.directory import Language

SHOWN = (By.HOUR, By.TENANT, By.ROOM)
"""In the order of the page: what is short comes first."""


def page_of_month(
    asked: Asked, found: Mapping[By, Sequence[Line]], *, language: Language
) -> tuple[str, dict[str, str]]:
    """The page, and the headers under which it is given."""
    writing = Writing(language)
    month = asked.month
    day = local(month.starts_at, timezone=month.timezone).date()
    named = format_date(day, "LLLL y", locale=writing.locale)
    is_whole = asked.viewer.has(*RUN_THE_PARK)
    page = Template(_file("month.html")).substitute(
        language=language,
        direction="rtl" if language == "ar" else "ltr",
        style=_file("month.css"),
        title=f"{writing.said(Label.TITLE)} · {escape(named)}",
        scope=writing.said(Label.WHOLE_PARK if is_whole else Label.YOUR_COMPANY),
        made=writing.said(Label.MADE_ON, moment=_moment(asked, writing)),
        times=writing.said(Label.TIMES_OF, zone=_place(month.timezone, writing)),
        counting=writing.said(Label.COUNTING),
        summary=summary(found[By.ROOM], writing),
        sections="\n".join(section(by, found[by], writing) for by in SHOWN),
    )
    return page, _headers()


def _moment(asked: Asked, writing: Writing) -> str:
    at = local(asked.at, timezone=asked.month.timezone)
    day = format_date(at.date(), "long", locale=writing.locale)
    return f"{day}, {format_time(at.time(), 'HH:mm', locale=writing.locale)}"


def _place(timezone: str, writing: Writing) -> str:
    city = get_timezone_location(zone(timezone), locale=writing.locale, return_city=True)
    return f"{city} ({timezone})"


@cache
def _headers() -> dict[str, str]:
    digest = b64encode(sha256(_file("month.css").encode()).digest()).decode()
    return {
        "content-security-policy": (
            f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
            "form-action 'none'; frame-ancestors 'none'"
        ),
        "x-content-type-options": "nosniff",
        "cache-control": "private, no-cache",
        "vary": "Accept, Accept-Language",
    }


@cache
def _file(name: str) -> str:
    return files(__package__).joinpath("templates", name).read_text("utf-8")
