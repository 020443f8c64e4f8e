"""The press: badges as PDF, 62 × 100 mm, one a page.

One rule: what is printed is data to the layout, never markup; fonts and layout are read once.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
from typst import Compiler, Fonts, TypstError

from services.visitors.badges.domain import Badge, LogoNotReadable
from services.visitors.badges.letters import drawable
from services.visitors.passes.pictures import as_svg
from services.visitors.png import size_of
from shared.threads import Threads

FOLDER = Path(str(files(__package__)))
MOST_WAITING = 64


class Press:
    """Prints in a thread of its own: some ten milliseconds a badge, outside the interpreter's lock.

    One thread, because the compiler is not to be called twice at once.
    """

    def __init__(self) -> None:
        fonts = Fonts(
            include_system_fonts=False,
            include_embedded_fonts=False,
            font_paths=[str(FOLDER / "fonts")],
        )
        layout = FOLDER / "layout"
        self._compiler = Compiler(
            str(layout / "badge.typ"), root=str(layout), font_paths=fonts, ignore_system_fonts=True
        )
        self._threads = Threads(1, waiting=MOST_WAITING, name="badges")

    async def print(self, badges: Sequence[Badge]) -> bytes:
        """A page for each. Raises `TooBusy`, and `LogoNotReadable` where a logo is none."""
        return await self._threads.run(lambda: self._print(badges))

    def _print(self, badges: Sequence[Badge]) -> bytes:
        data = orjson.dumps([_as_data(badge) for badge in badges]).decode()
        try:
            printed = self._compiler.compile(format="pdf", sys_inputs={"badges": data})
        except TypstError as broken:
            if "image" in broken.message:
                raise LogoNotReadable from broken
            raise
        assert isinstance(printed, bytes)
        return printed


def _as_data(badge: Badge) -> dict[str, Any]:
    return {
        "language": badge.language,
        "title": _printable(badge.title),
        "kind": _printable(badge.kind),
        "name": _printable(badge.name),
        "company": _printable(badge.company),
        "lines": [[label, _printable(value)] for label, value in badge.lines],
        "mark": badge.mark,
        "note": _printable(badge.note),
        "colour": badge.colour,
        "colour_on_it": readable_on(badge.colour),
        "logo": None if badge.logo is None else _framed(badge.logo),
        "qr": None if badge.token is None else as_svg(badge.token).decode(),
    }


def _printable(text: str | None) -> str | None:
    return None if text is None else drawable(text)


def _framed(logo: bytes) -> str:
    """The PNG within an SVG: the layout gets all its pictures as text."""
    width, height = size_of(logo)
    data = b64encode(logo).decode()
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"><image'
        f' width="{width}" height="{height}" href="data:image/png;base64,{data}"/></svg>'
    )


def readable_on(colour: str) -> str:
    """Black or white, whichever has the higher contrast (WCAG 2.2, relative luminance)."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#ffffff" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 else "#000000"
