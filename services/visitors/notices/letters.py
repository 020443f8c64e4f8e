"""The words of a notice, in the language of whoever reads it.

A template is text: its first line the subject; paragraphs between empty lines; lines that begin
with `> ` stand out, with `> * ` once for each day of a series; `[words] $link` is an address to
follow; `[QR]` the picture. The page is made of the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from string import Template
from unicodedata import bidirectional

from babel.dates import format_date, format_time, get_timezone_location

from services.visitors.notices.domain import Day, NoticeKind, Particulars
from services.visitors.notices.places import NOWHERE, Place
from shared.clock import local, zone
from shared.events.directory import Language, PersonFacts, TenantFacts
from shared.web.language import LOCALES

THE_PARK: dict[Language, str] = {"fr": "le parc", "ar": "المجمّع", "en": "the park"}
SUMMARY: dict[Language, str] = {
    "fr": "Visite : {tenant}",
    "ar": "زيارة: {tenant}",
    "en": "Visit: {tenant}",
}
ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
"""Unicode's FSI and PDI: what stands between them keeps its own direction."""
PICTURE = (
    '<div style="margin:0 0 16px;padding:8px;border-radius:8px;background:#ffffff">'
    '<img src="cid:{cid}" alt="QR" width="232" height="232" style="display:block;margin:0 auto">'
    "</div>"
)
MOST_DAYS = 12
"""Of a series, that are written out in a mail; the calendar has them all."""
_LINK = re.compile(r"\[(.+)\] \$(\w+)")
_STANDS_OUT = "> "
_PICTURE = "[QR]"
_PLACE = "\n> $place"


@dataclass(frozen=True)
class Names:
    """Who is who, as far as this service knows at the time of sending."""

    host: str | None
    tenant: str | None
    place: Place = NOWHERE

    @classmethod
    def of(
        cls, host: PersonFacts | None, tenant: TenantFacts | None, *, place: Place = NOWHERE
    ) -> Names:
        return cls(host.display_name if host else None, tenant.name if tenant else None, place)


@dataclass(frozen=True)
class Words:
    """What is said."""

    subject: str
    summary: str
    """What the entry in the visitor's calendar is called; the same in every notice of a visit."""
    text: str
    html: str


def words_of(
    kind: NoticeKind,
    says: Particulars,
    *,
    names: Names,
    language: Language,
    picture: str | None,
    links: Mapping[str, str],
    reader: str | None = None,
) -> Words:
    """`picture` is the Content-ID of the QR code, where there is one."""
    template = _template(_name_of(kind, says), language)
    values = values_of(says, names=names, language=language, reader=reader)
    if not values["place"]:
        template = template.replace(_PLACE, "")
    if says.recurring is not None:
        template, values = _of_series(template, values, says, says.recurring.days, language)
    subject, _, body = template.partition("\n")
    inserted = isolated(values) if language == "ar" else values
    subject = Template(subject).substitute(inserted)
    paragraphs = body.strip().split("\n\n")
    text = "\n\n".join(_as_text(each) for each in paragraphs if each != _PICTURE)
    is_leftwards = language == "ar"
    html = Template(_layout()).substitute(
        language=language,
        direction="rtl" if is_leftwards else "ltr",
        start="right" if is_leftwards else "left",
        subject=escape(subject),
        sender=_in_its_direction(values["tenant"]),
        paragraphs="\n".join(
            PICTURE.format(cid=escape(picture or ""))
            if each == _PICTURE
            else _as_html(each, values, links)
            for each in paragraphs
        ),
    )
    summary = SUMMARY[language].format(tenant=values["tenant"])
    return Words(
        subject=subject,
        summary=summary,
        text=Template(text).substitute(inserted | dict(links)) + "\n",
        html=html,
    )


def _of_series(
    template: str,
    values: dict[str, str],
    says: Particulars,
    all_days: tuple[Day, ...],
    language: Language,
) -> tuple[str, dict[str, str]]:
    """The template with its days, and what is inserted into them."""
    days = [_times(day, says.timezone, language) for day in all_days[:MOST_DAYS]]
    last: Particulars | Day = all_days[-1] if all_days else says
    more = {
        "count": str(len(all_days)),
        "last_day": _times(last, says.timezone, language)["day"],
    }
    return _with_days(template, len(days)), values | _numbered(days) | more


def values_of(
    says: Particulars, *, names: Names, language: Language, reader: str | None = None
) -> dict[str, str]:
    """What may be inserted into a text about the visit, by name. `reader` is who is spoken to,
    where that is not the host.
    """
    locale = LOCALES[language]
    tenant = names.tenant or THE_PARK[language]
    company = f" ({says.company})" if says.company else ""
    code = says.desk_code
    return {
        "visitor": says.visitor_name,
        "visitor_and_company": says.visitor_name + company,
        "host": names.host or tenant,
        "reader": reader or names.host or tenant,
        "tenant": tenant,
        "place": names.place.line(language),
        **_times(says, says.timezone, language),
        "zone": get_timezone_location(zone(says.timezone), locale=locale, return_city=True),
        "desk_code": f"{code[:4]}-{code[4:]}",
        "minutes": str(says.late_minutes or says.unanswered_minutes or 0),
    }


def _times(of: Particulars | Day, timezone: str, language: Language) -> dict[str, str]:
    locale = LOCALES[language]
    starts, ends = (local(at, timezone=timezone) for at in (of.starts_at, of.ends_at))
    day, last_day = (format_date(at.date(), "full", locale=locale) for at in (starts, ends))
    until = format_time(ends.time(), "HH:mm", locale=locale)
    return {
        "day": day,
        "from_time": format_time(starts.time(), "HH:mm", locale=locale),
        "to_time": until if last_day == day else f"{last_day}, {until}",
    }


def _with_days(template: str, count: int) -> str:
    """The line that begins with `> * `, once for each day."""
    begins = _STANDS_OUT + "* "

    def lines(line: str) -> list[str]:
        if not line.startswith(begins):
            return [line]
        once = _STANDS_OUT + line.removeprefix(begins)
        return [re.sub(r"\$(\w+)", rf"$\1_{number}", once) for number in range(count)]

    return "\n".join(made for line in template.split("\n") for made in lines(line))


def _numbered(days: list[dict[str, str]]) -> dict[str, str]:
    return {
        f"{name}_{number}": value for number, day in enumerate(days) for name, value in day.items()
    }


def isolated(values: dict[str, str]) -> dict[str, str]:
    """Without it a code like 2345-ABCD is shown as ABCD-2345 between words that run leftwards."""
    return {name: f"{ISOLATE}{value}{POP_ISOLATE}" for name, value in values.items()}


def _as_text(paragraph: str) -> str:
    lines = paragraph.split("\n")
    return "\n".join(_LINK.sub(r"\1\n$\2", line.removeprefix(_STANDS_OUT)) for line in lines)


def _as_html(paragraph: str, values: Mapping[str, str], links: Mapping[str, str]) -> str:
    """The paragraph with each value isolated by its mark-up, and its addresses as buttons."""
    isolated = {name: _in_its_direction(value) for name, value in values.items()}
    lines = paragraph.split("\n")
    if buttons := [found for line in lines if (found := _LINK.fullmatch(line))]:
        return _buttons([(found[1], links[found[2]]) for found in buttons])
    does_stand_out = lines[0].startswith(_STANDS_OUT)
    said = "<br>".join(escape(line.removeprefix(_STANDS_OUT)) for line in lines)
    kind = "out" if does_stand_out else "said"
    return f'<p class="{kind}" style="{_STYLES[kind]}">{Template(said).substitute(isolated)}</p>'


def _in_its_direction(value: str) -> str:
    """Isolated, its direction said: some mail programs know neither `bdi` nor `auto`."""
    strong = (bidirectional(sign) for sign in value)
    first = next((kind for kind in strong if kind in {"L", "R", "AL"}), "L")
    direction = "ltr" if first == "L" else "rtl"
    return f'<span dir="{direction}" style="unicode-bidi:isolate">{escape(value)}</span>'


def _buttons(links: list[tuple[str, str]]) -> str:
    begins = f'<a class="button" style="{_STYLES["button"]}" href="'
    made = [f'{begins}{escape(address)}">{escape(words)}</a>' for words, address in links]
    return f'<p class="said" style="{_STYLES["said"]}">{" ".join(made)}</p>'


_STYLES = {
    "said": "margin:0 0 16px",
    "out": (
        "margin:0 0 16px;padding:12px 16px;border-radius:8px;background:#eef2f7;color:#16202c;"
        "font-weight:bold"
    ),
    "button": (
        "display:inline-block;margin:0 0 8px;padding:9px 16px;border-radius:8px;"
        "border:1px solid #1f3a5f;color:#1f3a5f;text-decoration:none"
    ),
}
"""Beside each element too: some mail programs read no style sheet."""


def _name_of(kind: NoticeKind, says: Particulars) -> str:
    if kind is NoticeKind.APPROVAL_ASKED and says.approval_by == "tenant":
        return f"{kind.value}_of_tenant"
    return kind.value if says.recurring is None else f"series_{kind.value}"


@cache
def _template(name: str, language: Language) -> str:
    return _file(f"{name}.{language}.txt")


@cache
def _layout() -> str:
    return _file("layout.html")


def _file(name: str) -> str:
    return files(__package__).joinpath("templates", name).read_text("utf-8")
