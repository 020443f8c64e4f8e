"""The words of a notice, in the language of whoever reads it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from string import Template

from babel.dates import format_date, format_time, get_timezone_location

from services.visitors.notices.domain import NoticeKind, Particulars
from shared.clock import local, zone
from shared.events.directory import Language

LOCALES: dict[Language, str] = {"fr": "fr", "ar": "ar_MA", "en": "en_GB"}
THE_PARK: dict[Language, str] = {"fr": "le parc", "ar": "المجمّع", "en": "the park"}
SUMMARY: dict[Language, str] = {
    "fr": "Visite : {tenant}",
    "ar": "زيارة: {tenant}",
    "en": "Visit: {tenant}",
}
ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
"""Unicode's FSI and PDI: what stands between them keeps its own direction."""
PICTURE = '<p><img src="cid:{cid}" alt="QR" width="264" height="264"></p>'


@dataclass(frozen=True)
class Names:
    """Who is who, as far as this service knows at the time of sending."""

    host: str | None
    tenant: str | None


@dataclass(frozen=True)
class Words:
    """What is said."""

    subject: str
    summary: str
    """What the entry in the visitor's calendar is called; the same in every notice of a visit."""
    text: str
    html: str


def words_of(
    kind: NoticeKind, says: Particulars, *, names: Names, language: Language, picture: str | None
) -> Words:
    """`picture` is the Content-ID of the QR code, where there is one."""
    subject, _, body = _template(kind, language).partition("\n")
    values = _values(says, names=names, language=language)
    inserted = _isolated(values) if language == "ar" else values
    subject = Template(subject).substitute(inserted)
    text = Template(body.strip()).substitute(inserted) + "\n"
    html = Template(_layout()).substitute(
        language=language,
        direction="rtl" if language == "ar" else "ltr",
        subject=escape(subject),
        paragraphs="\n".join(_paragraph(part) for part in text.strip().split("\n\n")),
        picture=PICTURE.format(cid=escape(picture)) if picture else "",
    )
    summary = SUMMARY[language].format(tenant=values["tenant"])
    return Words(subject=subject, summary=summary, text=text, html=html)


def _values(says: Particulars, *, names: Names, language: Language) -> dict[str, str]:
    locale = LOCALES[language]
    starts = local(says.starts_at, timezone=says.timezone)
    ends = local(says.ends_at, timezone=says.timezone)
    tenant = names.tenant or THE_PARK[language]
    company = f" ({says.company})" if says.company else ""
    day, last_day = (format_date(at.date(), "full", locale=locale) for at in (starts, ends))
    until = format_time(ends.time(), "HH:mm", locale=locale)
    code = says.desk_code
    return {
        "visitor": says.visitor_name,
        "visitor_and_company": says.visitor_name + company,
        "host": names.host or tenant,
        "tenant": tenant,
        "day": day,
        "from_time": format_time(starts.time(), "HH:mm", locale=locale),
        "to_time": until if last_day == day else f"{last_day}, {until}",
        "zone": get_timezone_location(zone(says.timezone), locale=locale, return_city=True),
        "desk_code": f"{code[:4]}-{code[4:]}",
    }


def _isolated(values: dict[str, str]) -> dict[str, str]:
    """Without it a code like 2345-ABCD is shown as ABCD-2345 between words that run leftwards."""
    return {name: f"{ISOLATE}{value}{POP_ISOLATE}" for name, value in values.items()}


def _paragraph(text: str) -> str:
    return "<p>" + "<br>".join(escape(line) for line in text.split("\n")) + "</p>"


@cache
def _template(kind: NoticeKind, language: Language) -> str:
    return _file(f"{kind.value}.{language}.txt")


@cache
def _layout() -> str:
    return _file("layout.html")


def _file(name: str) -> str:
    return files(__package__).joinpath("templates", name).read_text("utf-8")
