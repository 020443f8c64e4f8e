"""The tables of a month's page, with a bar in each line; all that is given back is safe markup."""

from collections.abc import Sequence
from datetime import timedelta
from html import escape

from babel.numbers import format_decimal, format_percent

from services.booking.rooms.domain import BookableRoom
from services.booking.utilisation.domain import Use
from services.booking.utilisation.report import By, Line
from services.booking.utilisation.views import Utilised, name_of, utilised
from services.booking.utilisation.words import Label
from shared.events.directory import Language
from shared.web.language import LOCALES, Catalogue

HEADINGS = {
    By.HOUR: (Label.BY_HOUR, Label.HOUR),
    By.TENANT: (Label.BY_TENANT, Label.TENANT),
    By.ROOM: (Label.BY_ROOM, Label.ROOM),
}
COLUMNS = (
    Label.BOOKINGS,
    Label.OPEN_HOURS,
    Label.BOOKED_HOURS,
    Label.USED_HOURS,
    Label.BOOKED_SHARE,
    Label.USED_SHARE,
    Label.NO_SHOWS,
    Label.ENDED_EARLY,
)
UNKNOWN = "–"


class Writing:
    """Words and numbers as one language writes them."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.locale = LOCALES[language]
        self._words = Catalogue.of("booking")

    def said(self, label: Label, **blanks: str) -> str:
        """As markup; what fills the blanks keeps its own direction."""
        sentence = escape(self._words.text(label.value, language=self.language))
        return sentence.format(
            **{name: f"<bdi>{escape(value)}</bdi>" for name, value in blanks.items()}
        )

    def number(self, value: float) -> str:
        return escape(format_decimal(value, format="#,##0.#", locale=self.locale))

    def share(self, value: float | None) -> str:
        if value is None:
            return UNKNOWN
        return escape(format_percent(value, format="#,##0.#%", locale=self.locale))

    def measures(self, shown: Utilised) -> list[str]:
        """In the order of `COLUMNS`."""
        return [
            self.number(shown.bookings),
            self.number(shown.open_hours),
            self.number(shown.booked_hours),
            self.number(shown.used_hours),
            self.share(shown.booked_share),
            self.share(shown.used_share),
            self.number(shown.no_shows),
            self.number(shown.ended_early),
        ]


def summary(rooms: Sequence[Line], writing: Writing) -> str:
    """Of all rooms together."""
    measures = writing.measures(utilised(_together(rooms)))
    return "".join(
        f"<div><dt>{writing.said(label)}</dt><dd>{value}</dd></div>"
        for label, value in zip(COLUMNS, measures, strict=True)
    )


def section(by: By, found: Sequence[Line], writing: Writing) -> str:
    heading, first = HEADINGS[by]
    titled = f"<section><h2>{writing.said(heading)}</h2>"
    if not found:
        return f'{titled}<p class="note">{writing.said(Label.NOTHING)}</p></section>'
    longest = max(utilised(line).booked_share or 0 for line in found)
    heads = "".join(f'<th scope="col">{writing.said(label)}</th>' for label in (first, *COLUMNS))
    rows = "\n".join(_row(line, writing, longest=longest) for line in found)
    return (
        f'{titled}{_key(writing, longest=longest)}<div class="wide"><table>\n'
        f'<thead><tr>{heads}<td class="bar"></td></tr></thead>\n'
        f"<tbody>\n{rows}\n</tbody></table></div></section>"
    )


def _row(line: Line, writing: Writing, *, longest: float) -> str:
    shown = utilised(line)
    name = f"<bdi>{escape(name_of(line, language=writing.language))}</bdi>"
    if isinstance(line.of, BookableRoom):
        name += f' <bdi class="code">{escape(line.of.code)}</bdi>'
    cells = "".join(f"<td>{measure}</td>" for measure in writing.measures(shown))
    bar = _bar(shown, longest=longest)
    return f'<tr><th scope="row">{name}</th>{cells}<td class="bar">{bar}</td></tr>'


def _bar(shown: Utilised, *, longest: float) -> str:
    """How much was booked, and within that, how much was used; none where no hours were open."""
    if shown.booked_share is None:
        return ""
    drawn = (
        f'<rect class="{kind}" width="{100 * (share or 0) / (longest or 1):.1f}" height="10"/>'
        for kind, share in (("booked", shown.booked_share), ("used", shown.used_share))
    )
    return (
        '<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="all" width="100" height="10"/>{"".join(drawn)}</svg>'
    )


def _key(writing: Writing, *, longest: float) -> str:
    """What the colours of the bars mean, and how long they are drawn."""
    swatches = "".join(
        f'<svg class="key" viewBox="0 0 10 10" aria-hidden="true"><rect class="{kind}" width="10" '
        f'height="10"/></svg>{writing.said(label)}'
        for kind, label in (("booked", Label.BOOKED_SHARE), ("used", Label.USED_SHARE))
    )
    scale = writing.said(Label.LONGEST_BAR, share=writing.share(longest)) if longest else ""
    return f'<p class="note">{scale}{swatches}</p>'


def _together(lines: Sequence[Line]) -> Line:
    nothing = timedelta()
    use = Use(
        bookings=sum(line.use.bookings for line in lines),
        booked=sum((line.use.booked for line in lines), nothing),
        used=sum((line.use.used for line in lines), nothing),
        no_shows=sum(line.use.no_shows for line in lines),
        ended_early=sum(line.use.ended_early for line in lines),
    )
    return Line((), 0, use, sum((line.open for line in lines), nothing))
