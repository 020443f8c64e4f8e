"""A page that a link leads to: a few words and perhaps a form; no script, nothing from elsewhere.

One rule: it is for its reader alone: not kept, not indexed, and its address goes nowhere.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from html import escape
from importlib.resources import files
from string import Template

from starlette.responses import HTMLResponse

from shared.events.directory import Language


@dataclass(frozen=True)
class Page:
    """What is shown. `content` is mark-up, the rest text."""

    language: Language
    sender: str
    title: str
    content: str

    def answer(self, *, status: int = 200) -> HTMLResponse:
        html = Template(_file("page.html")).substitute(
            language=self.language,
            direction="rtl" if self.language == "ar" else "ltr",
            sender=isolated(self.sender),
            title=escape(self.title),
            content=self.content,
            style=_file("page.css"),
        )
        headers = {"content-language": self.language} | guarded()
        return HTMLResponse(html, status, headers)


@cache
def guarded() -> dict[str, str]:
    """The headers of every such page; the style sheet is the one thing it may contain."""
    style = base64.b64encode(sha256(_file("page.css").encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{style}'; img-src data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    return {
        "cache-control": "no-store",
        "content-security-policy": policy,
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-robots-tag": "noindex, nofollow",
    }


def isolated(text: str) -> str:
    """Text as mark-up that keeps its own direction."""
    return f"<bdi>{escape(text)}</bdi>"


def paragraph(text: str, *, does_stand_out: bool = False, **inserted: str) -> str:
    """A sentence as mark-up; what is inserted keeps its own direction."""
    said = escape(text).format_map({name: isolated(value) for name, value in inserted.items()})
    return f'<p class="out">{said}</p>' if does_stand_out else f"<p>{said}</p>"


def form(*fields: str) -> str:
    """Sends to where the page came from."""
    return f'<form method="post">{"".join(fields)}</form>'


def button(words: str, *, name: str = "yes", value: str = "1") -> str:
    return f'<button name="{escape(name)}" value="{escape(value)}">{escape(words)}</button>'


def time_field(words: str, *, name: str, value: str) -> str:
    """A local date and time, as HTML writes them."""
    return (
        f'<label>{escape(words)}<input type="datetime-local" name="{escape(name)}"'
        f' value="{escape(value)}" required></label>'
    )


def picture(png: bytes) -> str:
    data = base64.b64encode(png).decode()
    return f'<p class="code"><img alt="QR" src="data:image/png;base64,{data}"></p>'


@cache
def _file(name: str) -> str:
    return files(__package__).joinpath("templates", name).read_text("utf-8")
