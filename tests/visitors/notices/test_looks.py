"""How mails look, and what their calendar part keeps of RFC 5545 and 5546."""

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.visitors.notices.test_mails import mails_of, parts
from tests.visitors.park import AMAL, ELEVEN, TEN, Park

LANGUAGES = ["fr", "ar", "en"]


class Outline(HTMLParser):
    """The elements of a page, in order, and whether each that begins also ends."""

    EMPTY = ("meta", "br", "img")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


async def page_and_text(park: Park, language: str) -> tuple[Outline, str]:
    await park.a_visit(visitor={"language": language})
    (mail,) = await mails_of(park)
    (page,), (text,) = parts(mail, "text/html"), parts(mail, "text/plain")
    outline = Outline(page.get_content())
    assert outline.open == []
    return outline, text.get_content()


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_mail_loads_nothing_from_elsewhere(park: Park, language: str) -> None:
    page, _ = await page_and_text(park, language)
    assert [image["src"].split(":")[0] for image in page.all("img") if image["src"]] == ["cid"]
    assert {tag for tag, _ in page.elements}.isdisjoint({"script", "link", "iframe", "form"})


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_mail_is_safe_in_the_dark(park: Park, language: str) -> None:
    page, _ = await page_and_text(park, language)
    assert {"name": "color-scheme", "content": "light dark"} in page.all("meta")
    (picture,) = (at for at, (tag, _) in enumerate(page.elements) if tag == "img")
    behind, style = page.elements[picture - 1]
    assert behind == "div"
    assert "background:#ffffff" in (style["style"] or "")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_both_kinds_of_the_mail_have_the_same_links(park: Park, language: str) -> None:
    page, text = await page_and_text(park, language)
    buttons = [link["href"] for link in page.all("a")]
    assert len(buttons) == 3
    assert re.findall(r"https?://\S+", text) == buttons


async def test_an_arabic_page_begins_at_the_right(park: Park) -> None:
    page, _ = await page_and_text(park, "ar")
    (body,) = page.all("body")
    assert body["dir"] == "rtl"
    assert "text-align:right" in (body["style"] or "")


async def test_the_calendar_part_keeps_to_the_standard(park: Park) -> None:
    """RFC 5545, 3.1 (lines); RFC 5546, 3.2.2 and 3.2.5 (what a request and a cancellation have)."""
    visit = await park.a_visit(
        visitor={"given_name": "محمد" * 12, "family_name": "Chraïbi; \\, :", "language": "ar"}
    )
    await park.send_notices()
    await park.do(
        visit, "reschedule", by=AMAL, starts_at=TEN.isoformat(), ends_at=ELEVEN.isoformat()
    )
    await park.send_notices()
    await park.do(visit, "pass/rotate", by=AMAL)
    await park.send_notices()
    await park.do(visit, "cancel", by=AMAL)
    found = [
        part.get_payload(decode=True)
        for mail in await mails_of(park)
        for part in parts(mail, "text/calendar")
    ]
    raw = [each for each in found if isinstance(each, bytes)]
    for part in raw:
        assert part.endswith(b"END:VCALENDAR\r\n")
        assert part.count(b"\n") == part.count(b"\r\n")
        assert max(len(line) for line in part.split(b"\r\n")) <= 75
    entries = [properties(part) for part in raw]
    assert [entry["METHOD"] for entry in entries] == ["REQUEST"] * 3 + ["CANCEL"]
    assert [entry["STATUS"] for entry in entries] == ["CONFIRMED"] * 3 + ["CANCELLED"]
    assert [entry["SEQUENCE"] for entry in entries] == ["0", "1", "1", "2"]
    for name in ("UID", "ORGANIZER", "ATTENDEE", "SUMMARY"):
        assert len({entry[name] for entry in entries}) == 1
    assert all("DTSTAMP" in entry for entry in entries)


def properties(part: bytes) -> dict[str, str]:
    """Name -> value of each line, unfolded; parameters are left out."""
    lines = part.decode().replace("\r\n ", "").split("\r\n")
    named = (re.match(r'([A-Z-]+)(?:;(?:[^":]|"[^"]*")*)?:(.*)', line) for line in lines)
    return {found[1]: found[2] for found in named if found}
