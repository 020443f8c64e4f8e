"""Badges, read again by other people's programs: their size, their words, their QR code."""

import asyncio
import zlib
from typing import Any

import httpx
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from services.visitors.badges.domain import Badge
from services.visitors.badges.printing import Press, readable_on
from services.visitors.passes.domain import digest_of
from shared.events.booking import BookingConfirmed
from tests.visitors.park import (
    ADMIN,
    AMAL,
    DESK,
    DRISS,
    FATIMA,
    NINE,
    OTHER_DESK,
    PARK_DESK,
    Park,
    a_guest,
)
from tests.visitors.pictures import a_chunk, a_png, in_base64

MM = 72 / 25.4
PRESS = Press()


class Printed:
    """A PDF, looked at."""

    def __init__(self, data: bytes) -> None:
        self._document = pypdfium2.PdfDocument(data)

    @property
    def sizes(self) -> list[tuple[int, int]]:
        """Of each page, in millimetres."""
        return [
            (round(page.get_width() / MM), round(page.get_height() / MM)) for page in self._document
        ]

    @property
    def text(self) -> str:
        """Of the first page; words that were wrapped stand on one line again."""
        return " ".join(self._document[0].get_textpage().get_text_range().split())

    def codes(self) -> list[str]:
        """The texts of its QR codes, as printed at 300 dpi."""
        picture = self._document[0].render(scale=300 / 72).to_pil()
        return [read.text for read in zxingcpp.read_barcodes(picture)]


async def badge(park: Park, visit: dict[str, Any], *, by: str = DESK) -> httpx.Response:
    return await park.http.get(f"/v1/visits/{visit['visit_id']}/badge", headers=park.as_(by))


async def printed(park: Park, visit: dict[str, Any], *, by: str = DESK) -> Printed:
    answer = await badge(park, visit, by=by)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    return Printed(answer.content)


async def put(park: Park, by: str, *roles: str, of: Any = None, **look: Any) -> httpx.Response:
    headers = park.as_(by, *roles) | look.pop("headers", {})
    path = f"/v1/tenants/{of or park.tenant_id}/badge-template"
    return await park.http.put(path, json=look, headers=headers)


async def test_a_badge_is_one_page_of_the_printers_size(park: Park) -> None:
    assert (await printed(park, await park.a_visit())).sizes == [(62, 100)]


async def test_a_badge_says_who_visits_whom_where_and_when(park: Park) -> None:
    text = (await printed(park, await park.a_visit())).text
    for words in ("Visiteur", "Camille Durand", "Durand SA", "Amal Test", "Atlas Conseil"):
        assert words in text
    assert "1 mars 2027 09:00 – 10:00" in text


async def test_who_must_not_walk_alone_is_marked(park: Park) -> None:
    visit = await park.a_visit()
    assert "Escorte obligatoire" not in (await printed(park, visit)).text
    await park.query("UPDATE visits SET is_escort_required = true RETURNING id")
    assert "Escorte obligatoire" in (await printed(park, visit)).text


async def test_a_badge_tells_contractors_apart_and_shows_plates_where_asked(park: Park) -> None:
    visit = await park.a_visit(kind="contractor", plate="12345-A-6")
    text = (await printed(park, visit)).text
    assert text.startswith("Prestataire")
    assert "12345" not in text
    await put(park, ADMIN, "tenant_admin", shows=["plate"])
    text = (await printed(park, visit)).text
    assert "Immatriculation 12345" in text
    assert "Amal" not in text


async def test_the_qr_code_of_a_badge_is_the_pass(park: Park) -> None:
    visit = await park.a_visit()
    (read,) = (await printed(park, visit)).codes()
    assert digest_of(read) == visit["visitor_pass"]["digest"]


async def test_an_arabic_badge_can_be_read_letter_by_letter(park: Park) -> None:
    visit = await park.a_visit(
        visitor={"given_name": "محمد", "family_name": "بنجلون", "company": None, "language": "ar"}
    )
    text = (await printed(park, visit)).text
    for words in ("زائر", "محمد", "بنجلون", "المضيف", "Atlas"):
        assert words in text
    assert "Durand" not in text


async def test_two_scripts_stand_on_one_badge(park: Park) -> None:
    visit = await park.a_visit(visitor={"given_name": "Abdelkrim", "family_name": "بنجلون Ben"})
    text = (await printed(park, visit)).text
    assert "Abdelkrim" in text
    assert "بنجلون" in text


async def test_a_name_as_long_as_may_be_stays_on_its_page(park: Park) -> None:
    visit = await park.a_visit(
        visitor={"given_name": "W" * 200, "family_name": "Ben " * 50, "company": "SA " * 66}
    )
    badge = await printed(park, visit)
    assert badge.sizes == [(62, 100)]
    assert len(badge.codes()) == 1


HOSTILE = [
    '#image("/etc/passwd")',
    "$x^2$ *bold* _it_ <label> @ref `raw`",
    '\\u{0} "]} #panic()',
    "</svg><image href='file:///etc/passwd'/>",
]


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_name_is_text_and_never_markup(park: Park, name: str) -> None:
    visit = await park.a_visit(visitor={"given_name": name, "family_name": "Eve"})
    badge = await printed(park, visit)
    assert badge.sizes == [(62, 100)]
    written = badge.text.replace("\ufffe", "-").replace(" ", "").replace("\u200b", "")
    assert written.find(name.replace(" ", "")) >= 0


async def test_a_guests_name_turns_nothing_round(park: Park) -> None:
    """What a booking brings has passed no form of ours."""
    guest = a_guest(name="Eve \u202eliamE\u2066\u0007 Adams")
    await park.hear_booking(BookingConfirmed, park.a_booking(guest))
    (visit,) = await park.listed()
    assert "Eve liamE" in (await printed(park, visit)).text


@pytest.mark.parametrize(
    ("by", "status", "code"),
    [
        (AMAL, 403, "badges_are_for_the_desk"),
        (DRISS, 404, "no_such_visit"),
        (OTHER_DESK, 404, "no_such_visit"),
    ],
)
async def test_only_the_reception_prints(park: Park, by: str, status: int, code: str) -> None:
    visit = await park.a_visit()
    for answer in (await badge(park, visit, by=by), await park.do(visit, "badge/printed", by=by)):
        assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_the_landlords_desk_prints_for_every_tenant(park: Park) -> None:
    assert (await printed(park, await park.a_visit(), by=PARK_DESK)).sizes == [(62, 100)]


async def test_there_is_no_badge_once_the_pass_is_worth_nothing(park: Park) -> None:
    over, revoked = await park.a_visit(), await park.a_visit()
    await park.do(over, "cancel", by=AMAL)
    await park.do(revoked, "pass/revoke")
    for visit, code in ((over, "pass_ended"), (revoked, "pass_revoked")):
        answer = await badge(park, visit)
        assert (answer.status_code, answer.json()["code"]) == (409, code)


async def test_it_is_noted_that_a_badge_was_printed(park: Park) -> None:
    visit = await park.a_visit()
    await printed(park, visit)
    assert (await park.shown(visit))["badge_printed_at"] is None
    park.now = NINE
    answer = await park.do(visit, "badge/printed")
    assert answer.json()["badge_printed_at"] == "2027-03-01T09:00:00Z"
    assert answer.headers["etag"] == '"2"'


async def test_a_tenant_shapes_its_own_badges(park: Park) -> None:
    look = {
        "title": "Atlas Conseil",
        "colour": "#ffd000",
        "shows": ["kind", "host"],
        "note": "Wi-Fi: ATLAS-GUEST\nCode 1234",
        "logo": in_base64(a_png()),
    }
    answer = await put(park, ADMIN, "tenant_admin", **look)
    assert answer.status_code == 200, answer.text
    assert answer.json() == look | {"tenant_id": str(park.tenant_id), "shows": ["host", "kind"]}
    badge = await printed(park, await park.a_visit())
    assert "Atlas Conseil Visiteur Camille Durand Hôte Amal Test" in badge.text
    assert "Wi-Fi" in badge.text
    assert "Code 1234" in badge.text
    assert "Durand SA" not in badge.text
    assert badge.codes() == []


async def test_without_a_template_there_is_the_usual_one(park: Park) -> None:
    url = f"/v1/tenants/{park.tenant_id}/badge-template"
    answer = await park.http.get(url, headers=park.as_(AMAL))
    assert (answer.status_code, answer.headers["etag"]) == (200, '"0"')
    assert answer.json()["shows"] == ["company", "host", "tenant", "date", "kind", "escort", "qr"]
    again = await park.http.get(url, headers=park.as_(AMAL) | {"if-none-match": '"0"'})
    assert again.status_code == 304


async def test_who_changes_an_older_template_is_told(park: Park) -> None:
    first = await put(park, ADMIN, "tenant_admin", note="one")
    await put(park, FATIMA, "operator", note="two")
    late = await put(
        park, ADMIN, "tenant_admin", note="three", headers={"if-match": first.headers["etag"]}
    )
    assert (late.status_code, late.json()["code"]) == (412, "changed_since_you_read")


@pytest.mark.parametrize(
    ("by", "roles", "status", "code"),
    [
        (AMAL, (), 403, "not_your_role"),
        (DESK, (), 403, "not_your_role"),
        (DRISS, ("tenant_admin",), 404, "no_such_tenant"),
        (FATIMA, ("tenant_admin",), 404, "no_such_tenant"),
    ],
)
async def test_nobody_else_shapes_them(
    park: Park, by: str, roles: tuple[str, ...], status: int, code: str
) -> None:
    answer = await put(park, by, *roles, note="mine")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_another_tenants_template_is_not_there(park: Park) -> None:
    url = f"/v1/tenants/{park.tenant_id}/badge-template"
    answer = await park.http.get(url, headers=park.as_(DRISS))
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_tenant")


@pytest.mark.parametrize(
    "picture",
    [
        b"GIF89a",
        a_png()[:-6],
        a_png().replace(b"IDAT", b"IDAX"),
        a_png(801, 1),
        a_png(pixels=b"no deflate stream"),
        a_png(pixels=zlib.compress(bytes(10_000_000))),
    ],
    ids=["another kind", "cut off", "altered", "too wide", "not to be unpacked", "a bomb"],
)
async def test_a_logo_that_cannot_be_printed_is_refused(park: Park, picture: bytes) -> None:
    answer = await put(park, ADMIN, "tenant_admin", logo=in_base64(picture))
    assert (answer.status_code, answer.json()["code"]) == (422, "logo_not_readable")


async def test_what_of_a_logo_does_not_show_is_not_kept(park: Park) -> None:
    beside = a_chunk(b"tEXt", b"Author\0Somebody") + a_chunk(b"iCCP", b"p\0\0" + b"x" * 999)
    answer = await put(park, ADMIN, "tenant_admin", logo=in_base64(a_png(beside=beside)))
    assert answer.json()["logo"] == in_base64(a_png())


async def test_a_new_pass_wants_a_new_badge(park: Park) -> None:
    visit = await park.a_visit()
    await park.do(visit, "badge/printed")
    await park.do(visit, "pass/rotate")
    assert (await park.shown(visit))["badge_printed_at"] is None


@pytest.mark.parametrize(
    "look",
    [
        {"colour": "red"},
        {"colour": "#FFF"},
        {"shows": ["phone"]},
        {"logo": "AAA"},
        {"logo": in_base64(bytes(100_001))},
        {"title": "x" * 61},
        {"note": "x" * 201},
        {"font": "Comic Sans"},
    ],
)
async def test_what_is_no_template_is_refused(park: Park, look: dict[str, Any]) -> None:
    answer = await put(park, ADMIN, "tenant_admin", **look)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed_request")


def test_words_are_readable_on_every_colour() -> None:
    assert [readable_on(each) for each in ("#000000", "#1f3a5f", "#777777")] == ["#ffffff"] * 2 + [
        "#000000"
    ]
    assert readable_on("#ffd000") == "#000000"


def a_badge(**changes: Any) -> Badge:
    values: dict[str, Any] = {
        "language": "fr",
        "title": "Visiteur",
        "kind": None,
        "name": "Camille Durand",
        "company": None,
        "lines": (),
        "mark": "Escorte obligatoire",
        "note": None,
        "colour": "#1f3a5f",
        "logo": None,
        "token": "A" * 52,
    }
    return Badge(**values | changes)


async def test_many_badges_are_pages_of_one_print() -> None:
    badges = [a_badge(name=f"Camille {number}") for number in range(3)]
    assert Printed(await PRESS.print(badges)).sizes == [(62, 100)] * 3


WORDS = st.text(max_size=200)


@settings(max_examples=60, deadline=None)
@given(name=WORDS, title=WORDS, company=st.none() | WORDS, note=st.none() | WORDS, line=WORDS)
def test_whatever_is_written_fits_on_one_page(
    name: str, title: str, company: str | None, note: str | None, line: str
) -> None:
    lines = (("Hôte", line), ("Date", line), ("Chez", line), ("Immatriculation", line))
    badge = a_badge(name=name, title=title, company=company, note=note, lines=lines)
    assert Printed(asyncio.run(PRESS.print([badge]))).sizes == [(62, 100)]


@pytest.mark.parametrize(
    ("name", "printed"),
    [("李明", "LiMing"), ("नेहा Rao", "neha Rao"), ("Zoë 🎉 Иван", "Zoë Иван")],
)
async def test_a_name_in_letters_that_the_fonts_lack_is_printed_in_latin_ones(
    name: str, printed: str
) -> None:
    assert printed in Printed(await PRESS.print([a_badge(name=name)])).text
