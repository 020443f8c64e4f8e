"""What visitors and hosts say by the links of their mails."""

import asyncio
import base64
import re
from datetime import timedelta
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
import zxingcpp
from PIL import Image

from services.visitors.links.domain import Link, Purpose
from services.visitors.passes.domain import digest_of
from services.visitors.surroundings import surroundings_of
from shared.events.access import Boundary
from tests.visitors.park import AMAL, BADR, DESK, ELEVEN, NINE, TEN, Park

VISITOR = "camille@visitor.example"
LATE, NOT_COMING, PASS = 0, 1, 2


async def links_to(park: Park, address: str = VISITOR) -> list[str]:
    """The paths of the links in the last mail to that address, in their order."""
    await park.send_notices()
    mail = park.mails(to=address)[-1]
    (page,) = (part for part in mail.walk() if part.get_content_type() == "text/html")
    found = re.findall(r'href="([^"]+)"', page.get_content())
    return [urlsplit(unescape(each)).path for each in found]


async def a_link(park: Park, which: int = LATE, **wish: Any) -> tuple[dict[str, Any], str]:
    """A visit that is expected, and a link of its invitation."""
    visit = await park.a_visit(**wish)
    return visit, (await links_to(park))[which]


async def get(park: Park, path: str, **headers: str) -> httpx.Response:
    return await park.http.get(path, headers=headers)


async def post(park: Park, path: str, **sent: str) -> httpx.Response:
    return await park.http.post(path, data=sent)


async def link_of_late_mail(park: Park, late: str) -> str:
    """The link by which the host moves the visit, out of the mail that says the visitor is late."""
    assert (await post(park, late, minutes="30")).status_code == 200
    (move,) = await links_to(park, AMAL)
    return move


async def test_who_says_late_is_seen_so_by_the_desk_and_the_host_is_told(park: Park) -> None:
    visit, late = await a_link(park)
    answer = await post(park, late, minutes="30")
    assert answer.status_code == 200
    assert "30" in answer.text
    shown = await park.shown(visit)
    assert (shown["says"], shown["says_late_minutes"]) == ("late", 30)
    assert shown["says_at"] == "2027-03-01T08:00:00Z"
    await park.send_notices()
    (told,) = park.mails(to=AMAL)
    assert told["Subject"] == "Camille Durand aura 30 minutes de retard"


async def test_who_says_the_same_twice_tells_the_host_once(park: Park) -> None:
    visit, late = await a_link(park)
    for _ in range(3):
        assert (await post(park, late, minutes="15")).status_code == 200
    assert await park.notices(visit) == [("invitation", "sent"), ("visitor_late", "queued")]


async def test_who_says_one_thing_after_the_other_has_to_wait(park: Park) -> None:
    visit, late = await a_link(park)
    await post(park, late, minutes="15")
    assert (await post(park, late, minutes="60")).status_code == 429
    park.now += timedelta(minutes=1)
    assert (await post(park, late, minutes="60")).status_code == 200
    assert (await park.shown(visit))["says_late_minutes"] == 60


@pytest.mark.parametrize("minutes", ["", "0", "-15", "16", "99999999999", "quinze", "15 OR 1=1"])
async def test_how_late_is_one_of_three(park: Park, minutes: str) -> None:
    _, late = await a_link(park)
    assert (await post(park, late, minutes=minutes)).status_code == 422


async def test_who_does_not_come_cancels_the_visit_and_all_are_told(park: Park) -> None:
    visit, not_coming = await a_link(park, NOT_COMING)
    assert (await post(park, not_coming, yes="1")).status_code == 200
    shown = await park.shown(visit)
    assert (shown["status"], shown["how"], shown["says"]) == ("cancelled", "self", "not_coming")
    assert await park.announced(visit) == ["expected", "cancelled"]
    await park.send_notices()
    assert park.mails(to=AMAL)[-1]["Subject"] == "Camille Durand ne viendra pas"
    assert [kind for kind, _ in await park.notices(visit)] == [
        "invitation",
        "cancellation",
        "visitor_not_coming",
    ]


async def test_who_does_not_come_twice_is_thanked_again_and_nobody_told(park: Park) -> None:
    visit, not_coming = await a_link(park, NOT_COMING)
    answers = await asyncio.gather(*(post(park, not_coming) for _ in range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert (await get(park, not_coming)).status_code == 200
    assert len(await park.notices(visit)) == 3
    assert await park.announced(visit) == ["expected", "cancelled"]


async def test_to_look_changes_nothing(park: Park) -> None:
    """Mail programs and their scanners follow every link."""
    visit = await park.a_visit()
    for path in await links_to(park):
        for _ in range(2):
            assert (await get(park, path)).status_code == 200
    assert (await park.shown(visit))["says"] is None
    assert await park.announced(visit) == ["expected"]
    assert await park.notices(visit) == [("invitation", "sent")]


async def test_the_page_of_the_pass_shows_the_pass(park: Park) -> None:
    visit, path = await a_link(park, PASS)
    page = (await get(park, path)).text
    (data,) = re.findall(r'src="data:image/png;base64,([^"]+)"', page)
    (read,) = zxingcpp.read_barcodes(Image.open(BytesIO(base64.b64decode(data))))
    assert digest_of(read.text) == visit["visitor_pass"]["digest"]
    assert f"{visit['desk_code'][:4]}-{visit['desk_code'][4:]}" in page
    assert read.text not in page


@pytest.mark.parametrize("which", [LATE, NOT_COMING, PASS])
async def test_a_page_is_for_its_reader_alone(park: Park, which: int) -> None:
    _, path = await a_link(park, which)
    answer = await get(park, path)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "<script" not in answer.text
    assert "http://" not in answer.text
    assert "https://" not in answer.text


@pytest.mark.parametrize(("language", "direction"), [("fr", "ltr"), ("ar", "rtl"), ("en", "ltr")])
async def test_a_page_speaks_the_visitors_language(
    park: Park, language: str, direction: str
) -> None:
    _, path = await a_link(park, visitor={"language": language})
    answer = await get(park, path, **{"accept-language": "de"})
    assert f'<html lang="{language}" dir="{direction}">' in answer.text
    assert "{" not in re.sub(r"<style>.*</style>", "", answer.text, flags=re.S)


async def test_a_name_is_text_on_a_page(park: Park) -> None:
    visitor = {"given_name": "<b>Eve</b>", "family_name": "{0.__class__}"}
    _, late = await a_link(park, visitor=visitor)
    page = (await get(park, await link_of_late_mail(park, late))).text
    assert "<b>Eve" not in page
    assert "&lt;b&gt;Eve&lt;/b&gt; {0.__class__}" in page


def gone(answer: httpx.Response) -> bool:
    assert answer.headers["content-type"].startswith("text/html")
    return answer.status_code == 404 and "This link is not valid, or not any more." in answer.text


async def test_an_altered_link_is_no_link(park: Park) -> None:
    _, path = await a_link(park)
    for altered in (
        path[:-1],
        path[:-2] + "AA",
        path + "A",
        "/v1/links/x",
        "/v1/links/" + "A" * 999,
    ):
        assert gone(await get(park, altered))
        assert gone(await post(park, altered, minutes="15"))


async def test_a_link_to_no_visit_looks_like_an_altered_one(park: Park) -> None:
    _, path = await a_link(park)
    async with park.ground.database.transaction() as session:
        key = surroundings_of(session).link_keys.newest
    stranger = Link.of_visitor(Purpose.SAY_LATE, uuid4(), pass_rotation=0).token(key)
    unknown = await get(park, f"/v1/links/{stranger}")
    altered = await get(park, path[:-2] + "AA")
    assert gone(unknown)
    assert unknown.text == altered.text
    assert dict(unknown.headers) == dict(altered.headers)


async def test_links_end_with_the_visit(park: Park) -> None:
    visit = await park.a_visit()
    paths = await links_to(park)
    await park.do(visit, "cancel", by=AMAL)
    for path in paths:
        assert gone(await get(park, path))
        assert gone(await post(park, path, minutes="15"))


async def test_links_end_with_the_time_of_the_visit(park: Park) -> None:
    await park.a_visit()
    paths = await links_to(park)
    park.now = TEN + timedelta(minutes=30)
    assert [gone(await get(park, path)) for path in paths] == [True] * 3


async def test_links_of_a_mail_end_when_the_pass_is_made_anew(park: Park) -> None:
    visit = await park.a_visit()
    former = await links_to(park)
    await park.do(visit, "pass/rotate")
    assert [gone(await get(park, path)) for path in former] == [True] * 3
    assert [(await get(park, path)).status_code for path in await links_to(park)] == [200] * 3


async def test_who_has_arrived_turns_to_the_desk(park: Park) -> None:
    visit = await park.a_visit()
    late, not_coming, shown = await links_to(park)
    await park.pass_door(visit, Boundary.ENTERED_PARK, at=NINE)
    for path in (late, not_coming):
        assert (await post(park, path, minutes="15")).status_code == 409
    assert (await get(park, shown)).status_code == 200


async def test_the_host_moves_the_visit_out_of_the_mail(park: Park) -> None:
    visit, late = await a_link(park)
    move = await link_of_late_mail(park, late)
    page = (await get(park, move)).text
    assert 'value="2027-03-01T09:00"' in page
    answer = await post(park, move, starts="2027-03-01T10:00", ends="2027-03-01T11:00")
    assert answer.status_code == 200
    shown = await park.shown(visit)
    assert (shown["starts_at"][:16], shown["ends_at"][:16]) == (
        TEN.isoformat()[:16],
        ELEVEN.isoformat()[:16],
    )
    assert shown["says"] is None
    assert await park.announced(visit) == ["expected", "rescheduled"]
    (step,) = (
        step
        for step in (
            await park.http.get(f"/v1/visits/{visit['visit_id']}/steps", headers=park.as_(DESK))
        ).json()["items"]
        if step["step"] == "reschedule"
    )
    assert (step["how"], step["person_id"]) == ("host", str(park.person_id(AMAL)))


@pytest.mark.parametrize(
    ("starts", "ends", "status"),
    [
        ("2027-03-01T11:00", "2027-03-01T10:00", 422),
        ("2027-02-01T10:00", "2027-02-01T11:00", 409),
        ("", "2027-03-01T11:00", 422),
        ("tomorrow", "2027-03-01T11:00", 422),
        ("2027-03-01T10:00Z", "2027-03-01T11:00", 422),
        ("9999-12-31T23:59", "9999-12-31T23:59", 422),
    ],
)
async def test_a_time_that_makes_no_sense_is_a_page_with_a_sentence(
    park: Park, starts: str, ends: str, status: int
) -> None:
    visit, late = await a_link(park)
    move = await link_of_late_mail(park, late)
    answer = await post(park, move, starts=starts, ends=ends)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert (await park.shown(visit))["starts_at"][:16] == NINE.isoformat()[:16]


async def test_only_the_present_host_moves_by_link(park: Park) -> None:
    visit, late = await a_link(park)
    move = await link_of_late_mail(park, late)
    await park.do(visit, "host", host_id=str(park.person_id(BADR)))
    assert gone(await get(park, move))


async def test_a_host_who_has_left_moves_nothing(park: Park) -> None:
    _, late = await a_link(park)
    move = await link_of_late_mail(park, late)
    await park.delist(AMAL)
    assert gone(await post(park, move, starts="2027-03-01T10:00", ends="2027-03-01T11:00"))


async def test_one_link_is_followed_so_often_a_minute(park: Park) -> None:
    _, path = await a_link(park)
    codes = [(await get(park, path)).status_code for _ in range(31)]
    assert codes == [200] * 30 + [429]
    park.now += timedelta(minutes=1)
    assert (await get(park, path)).status_code == 200


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=%", b"=" * 2000, b"&".join([b"a=1"] * 50)])
async def test_a_form_of_nonsense_is_refused(park: Park, body: bytes) -> None:
    _, path = await a_link(park)
    answer = await park.http.post(
        path, content=body, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 422
