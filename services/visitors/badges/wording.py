"""What a badge says, in the language of the visit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from babel.dates import format_date, format_time

from services.visitors.badges.domain import Badge, BadgeTemplate, Shown
from services.visitors.notices.letters import Names
from services.visitors.policies.domain import VisitKind
from services.visitors.visitors.domain import Visitor
from services.visitors.visits.domain import Visit
from shared.clock import local
from shared.events.directory import Language
from shared.web.language import LOCALES, Catalogue

KINDS = {
    VisitKind.VISITOR: "Visitor",
    VisitKind.CONTRACTOR: "Contractor",
    VisitKind.DELIVERY: "Delivery",
}
HOST, TENANT, DATE, PLATE, ESCORT = "Host", "Visits", "Date", "Number plate", "Escort required"


def badge_of(
    visit: Visit,
    visitor: Visitor,
    template: BadgeTemplate,
    *,
    names: Names,
    catalogue: Catalogue,
    token: str | None,
) -> Badge:
    """What is printed for this visit by that template."""

    def word(english: str) -> str:
        return catalogue.text(english, language=visit.language)

    kind = word(KINDS[visit.kind])
    is_kind_below = template.title is not None and template.does_show(Shown.KIND)
    is_marked = visit.is_escort_required and template.does_show(Shown.ESCORT)
    return Badge(
        language=visit.language,
        title=template.title or kind,
        kind=kind if is_kind_below else None,
        name=visitor.display_name,
        company=visitor.company if template.does_show(Shown.COMPANY) else None,
        lines=tuple(
            (word(label), value)
            for what, label, value in _lines(visit, names)
            if value and template.does_show(what)
        ),
        mark=word(ESCORT) if is_marked else None,
        note=template.note,
        colour=template.colour,
        logo=template.logo,
        token=token,
    )


def sample_of(template: BadgeTemplate) -> Badge:
    """A badge of nobody, to see whether the template can be printed."""
    return Badge(
        language="en",
        title=template.title or KINDS[VisitKind.VISITOR],
        kind=None,
        name="Sample",
        company=None,
        lines=(),
        mark=None,
        note=template.note,
        colour=template.colour,
        logo=template.logo,
        token=None,
    )


def _lines(visit: Visit, names: Names) -> Iterator[tuple[Shown, str, str | None]]:
    starts = local(visit.starts_at, timezone=visit.timezone)
    ends = local(visit.ends_at, timezone=visit.timezone)
    yield Shown.HOST, HOST, names.host
    yield Shown.TENANT, TENANT, names.tenant
    yield Shown.DATE, DATE, _when(starts, ends, language=visit.language)
    yield Shown.PLATE, PLATE, visit.plate


def _when(starts: datetime, ends: datetime, *, language: Language) -> str:
    locale = LOCALES[language]
    first, last = (format_date(at.date(), "long", locale=locale) for at in (starts, ends))
    if first != last:
        return f"{first} – {last}"
    times = (format_time(at.time(), "HH:mm", locale=locale) for at in (starts, ends))
    return f"{first}\n" + " – ".join(times)
