"""A month as a page to be printed: in three languages, whole, and with nothing in it that runs."""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from services.booking.utilisation.words import Label
from shared.web.language import Catalogue
from tests.booking.park import ELEVEN, NINE, TEN, Park
from tests.booking.utilisation.test_utilisation import AMAL, FATIMA, MONDAYS, ask

EVIL = dict.fromkeys(("fr", "ar", "en"), "<script>alert('x')</script>\"&$title")


class Reader(HTMLParser):
    """What a browser would find: the elements with their attributes, and the text of each cell."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.rows: list[list[str]] = []
        self.is_within_row = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
            self.is_within_row = True
        if tag in ("th", "td"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self.is_within_row = self.is_within_row and tag != "tr"

    def handle_data(self, data: str) -> None:
        if self.is_within_row and self.rows[-1]:
            self.rows[-1][-1] += data

    def row(self, name: str) -> list[str]:
        return next([cell.strip() for cell in row] for row in self.rows if row[0].startswith(name))


async def page_for(park: Park, *, language: str = "en", who: tuple[str, ...] = ()) -> str:
    headers = {"accept": "text/html,*/*;q=0.8", "accept-language": language}
    answer = await ask(park, who=who or (FATIMA, "facility_manager"), headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    return answer.text


async def test_it_says_by_hour_company_and_room_what_the_lines_say(park: Park) -> None:
    names = {"fr": "Grande salle", "ar": "القاعة الكبرى", "en": "Great room"}
    room = await park.a_room(code="atlas", names=names, opening=MONDAYS)
    used = await park.a_booking(room, starts_at=NINE, ends_at=TEN)
    await park.a_booking(room, starts_at=TEN, ends_at=ELEVEN)
    park.now = NINE
    await park.do(used, "check-in")
    park.now = ELEVEN
    read = Reader(page := await page_for(park))
    counted = ["2", "50", "2", "1", "4%", "2%", "1", "0", ""]
    assert read.row("Great room") == ["Great room atlas", *counted]
    assert read.row("Tenant") == ["Tenant", *counted]
    assert read.row("09:00") == ["09:00", "1", "5", "1", "1", "20%", "20%", "0", "0", ""]
    assert read.row("07:00") == ["07:00", "0", "0", "0", "0", "–", "–", "0", "0", ""]
    assert page.count('<svg viewBox="0 0 100 10"') == 10 + 1 + 1
    assert len(read.rows) == (1 + 24) + (1 + 1) + (1 + 1)


@pytest.mark.parametrize(
    ("language", "direction", "title", "made"),
    [
        ("en", "ltr", "Use of the rooms · March 2027", "1 March 2027, 08:00"),
        ("fr", "ltr", "Utilisation des salles · mars 2027", "1 mars 2027, 08:00"),
        ("ar", "rtl", "استخدام القاعات · مارس 2027", "1 مارس 2027, 08:00"),
    ],
)
async def test_it_is_written_in_the_language_of_its_reader(
    park: Park, language: str, direction: str, title: str, made: str
) -> None:
    await park.a_room()
    page = await page_for(park, language=language)
    assert f'<html lang="{language}" dir="{direction}">' in page
    assert f"<title>{title}</title>" in page
    assert f"<bdi>{made}</bdi>" in page
    assert "(Africa/Casablanca)" in page


@pytest.mark.parametrize("language", ["en", "fr", "ar"])
async def test_names_are_text_and_nothing_on_it_runs_or_is_fetched(
    park: Park, language: str
) -> None:
    await park.a_booking(await park.a_room(names=EVIL, code="a"))
    await park.query("UPDATE known_tenants SET name = :n RETURNING tenant_id", n=EVIL["en"])
    page = await page_for(park, language=language)
    read = Reader(page)
    assert {tag for tag, _ in read.elements}.isdisjoint({"script", "img", "link", "iframe"})
    attributes = {name for _, given in read.elements for name in given}
    assert not [name for name in attributes if name.startswith("on")]
    assert attributes.isdisjoint({"style", "src", "href"})
    assert read.row(EVIL["en"] + " a")
    assert read.row(EVIL["en"])


async def test_its_policy_lets_in_its_own_style_and_nothing_else(park: Park) -> None:
    answer = await ask(park, headers={"accept": "text/html"})
    found = re.search("<style>(.*?)</style>", answer.text, re.DOTALL)
    assert found
    digest = b64encode(sha256(found[1].encode()).digest()).decode()
    policy = answer.headers["content-security-policy"]
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert answer.headers["vary"].startswith("Accept, Accept-Language")


async def test_a_tenants_administrator_prints_what_is_theirs(park: Park) -> None:
    await park.a_booking(await park.a_room(code="shared"), by="driss@other.example")
    theirs = dict.fromkeys(("fr", "ar", "en"), "Hidden")
    await park.a_room(code="theirs", names=theirs, tenant_ids=[str(park.other_tenant_id)])
    page = await page_for(park, who=(AMAL, "tenant_admin"))
    assert "Your company" in page
    assert "Hidden" not in page
    assert "Nothing was booked." in page
    assert Reader(page).row("Atlas")[1] == "0"


async def test_others_are_refused_and_told_so_as_any_client(park: Park) -> None:
    answer = await ask(park, who=(AMAL,), headers={"accept": "text/html"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_your_role")


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_word_of_it_is_said_in_every_language(language: str) -> None:
    words = Catalogue.of("booking")
    for label in Label:
        said = words.text(label.value, language=language)  # type: ignore[arg-type]  # parametrized text
        assert said != label.value
        assert re.findall(r"{\w+}", said) == re.findall(r"{\w+}", label.value)
