"""Many invited at once: good lines are invited, bad ones named; groups; previews."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.visitors.park import (
    ADMIN,
    AMAL,
    BADR,
    DESK,
    DRISS,
    NINE,
    OTHER_DESK,
    PARK_DESK,
    TEN,
    Park,
)


async def invite(
    park: Park, *, by: str = AMAL, headers: dict[str, str] | None = None, **wish: Any
) -> httpx.Response:
    times = {"starts_at": NINE.isoformat(), "ends_at": TEN.isoformat()}
    return await park.http.post(
        "/v1/invitations", json=times | wish, headers=park.as_(by) | (headers or {})
    )


async def invited(park: Park, **wish: Any) -> dict[str, Any]:
    answer = await invite(park, **wish)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_good_lines_are_invited_and_bad_ones_named_with_the_reason(park: Park) -> None:
    text = (
        "given_name,family_name,email,phone\n"
        "Camille,Durand,camille@visitor.example,\n"
        ",,nobody,\n"
        "Karim,Alami,karim@,\n"
        "Leïla,Amrani,leila@visitor.example,12\n"
        "Camille,Durand,CAMILLE@visitor.example,\n"
        "Nadia,Bennani,,\n"
    )
    found = await invited(park, text=text, headers={"accept-language": "fr"})
    assert (found["done"], found["refused"]) == (2, 4)
    assert [(each["line"], each["code"]) for each in found["items"]] == [
        (2, None),
        (3, "no_names"),
        (4, "no_address"),
        (5, "no_phone"),
        (6, "same_as_earlier_line"),
        (7, None),
    ]
    assert found["items"][4]["detail"] == "C'est le même visiteur qu'à la ligne 2."
    visits = await park.listed()
    assert {each["display_name"] for each in visits} == {"Camille Durand", "Nadia Bennani"}
    assert await park.announced() == ["expected", "expected"]


async def test_of_500_lines_three_bad_ones_hold_up_none_of_the_others(park: Park) -> None:
    lines = [f"Visitor N{number}, n{number}@visitor.example" for number in range(500)]
    for bad in (17, 250, 499):
        lines[bad] = "x@"
    found = await invited(park, text="\n".join(lines), is_preview=True)
    assert (found["done"], found["refused"]) == (497, 3)
    assert [each["line"] for each in found["items"] if not each["is_done"]] == [18, 251, 500]


@pytest.mark.parametrize(
    ("language", "reasons"),
    {
        "fr": (
            "Le prénom et le nom manquent dans cette ligne, ou n'en sont pas.",
            "Des lettres de cette ligne se sont perdues ; enregistrez la liste en UTF-8 et "
            "envoyez-la de nouveau.",
            "Cette ligne est illisible ; écrivez nom, société, adresse e-mail et numéro de "
            "téléphone.",
        ),
        "ar": (
            "الاسم الشخصي والعائلي غائبان في هذا السطر أو ليسا اسمين.",
            "ضاعت حروف من هذا السطر؛ احفظوا القائمة بترميز UTF-8 وأعيدوا إرسالها.",
            "تتعذر قراءة هذا السطر؛ اكتبوا الاسم والشركة والبريد الإلكتروني ورقم الهاتف.",
        ),
        "en": (
            "Given and family name are missing in this line, or are no names.",
            "Letters of this line were lost on the way; save the list as UTF-8 and send it again.",
            "This line cannot be read; write name, company, e-mail address and telephone number.",
        ),
    }.items(),
)
async def test_why_a_line_names_nobody_is_said_in_the_language_of_who_asks(
    park: Park, language: str, reasons: tuple[str, ...]
) -> None:
    text = 'nom;société\nCamille;Durand SA\nRen\ufffde Durand;x\n"Karim Alami;x\nA B;x'
    headers = {"accept-language": language}
    found = await invited(park, text=text, is_preview=True, headers=headers)
    assert [each["detail"] for each in found["items"]] == [*reasons, None]


async def test_ten_thousand_lines_are_told_that_they_are_too_many(park: Park) -> None:
    text = "".join(f"Visitor N{nth}; A company; n{nth}@visitor.example\n" for nth in range(10_000))
    answer = await invite(park, text=text)
    assert (answer.status_code, answer.json()["code"]) == (422, "too_many_lines")


async def test_a_preview_does_nothing(park: Park) -> None:
    found = await invited(park, text="Camille Durand", is_preview=True)
    assert [(each["name"], each["visit_id"]) for each in found["items"]] == [
        ("Camille Durand", None)
    ]
    assert await park.listed() == []


async def test_each_is_mailed_in_their_own_language(park: Park) -> None:
    text = "name,email,language\nA B,a@visitor.example,ar\nC D,c@visitor.example,en"
    await invited(park, text=text)
    assert {(each["display_name"], each["language"]) for each in await park.listed()} == {
        ("A B", "ar"),
        ("C D", "en"),
    }


async def test_a_repeated_request_invites_once(park: Park) -> None:
    key = {"idempotency-key": "tap"}
    first, again = [await invited(park, text="A B", headers=key) for _ in range(2)]
    assert first == again
    assert len(await park.listed()) == 1


async def test_a_group_is_kept_and_invited_again_and_again(park: Park) -> None:
    members = [{"given_name": "Camille", "family_name": "Durand"}]
    wish = {"name": "Jury", "members": members, "is_shared": False}
    made = await park.http.post("/v1/visitor-groups", json=wish, headers=park.as_(AMAL))
    assert made.status_code == 201, made.text
    group_id = made.json()["group_id"]
    for _ in range(2):
        assert (await invited(park, group_id=group_id))["done"] == 1
    assert len(await park.listed()) == 2


async def group(park: Park, *, by: str = AMAL, is_shared: bool = False) -> str:
    members = [{"given_name": "Camille", "family_name": "Durand"}]
    wish = {"name": "Jury", "members": members, "is_shared": is_shared}
    made = await park.http.post("/v1/visitor-groups", json=wish, headers=park.as_(by))
    return f"/v1/visitor-groups/{made.json()['group_id']}"


async def test_a_group_of_ones_own_is_nobody_elses(park: Park) -> None:
    url = await group(park)
    for by in (BADR, ADMIN, DESK, DRISS, OTHER_DESK, PARK_DESK):
        headers = park.as_(by, "tenant_admin")
        assert (await park.http.get(url, headers=headers)).status_code == 404
        assert (await park.http.delete(url, headers=headers)).status_code == 404
        items = (await park.http.get("/v1/visitor-groups", headers=headers)).json()["items"]
        assert items == []
        answer = await invite(park, by=by, group_id=url.rsplit("/", 1)[1])
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_group")


async def test_a_shared_group_is_used_by_colleagues_and_changed_by_its_owner(park: Park) -> None:
    url = await group(park, is_shared=True)
    wish = {"name": "Jury 2", "members": [{"given_name": "K", "family_name": "A"}]}
    assert (await park.http.get(url, headers=park.as_(BADR))).status_code == 200
    assert (await park.http.get(url, headers=park.as_(DRISS))).status_code == 404
    refused = await park.http.put(url, json=wish, headers=park.as_(BADR))
    assert (refused.status_code, refused.json()["code"]) == (403, "only_its_owner")
    headers = park.as_(AMAL) | {"if-match": '"1"'}
    assert (await park.http.put(url, json=wish, headers=headers)).json()["version"] == 2
    assert (await park.http.put(url, json=wish, headers=headers)).status_code == 412
    assert (await park.http.delete(url, headers=park.as_(AMAL))).status_code == 204
    assert (await park.http.get(url, headers=park.as_(AMAL))).status_code == 404


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"text": "A B", "visitors": []},
        {"group_id": str(uuid4()), "text": "A B"},
        {"text": "A B", "unknown": 1},
        {"text": "A B\n" * 501},
    ],
)
async def test_what_names_nobody_in_one_way_is_refused(park: Park, wish: dict[str, Any]) -> None:
    assert (await invite(park, **wish)).status_code == 422


async def test_a_colleague_is_invited_for_by_the_desk_alone(park: Park) -> None:
    wish: dict[str, Any] = {"text": "A B", "host_id": str(park.person_id(AMAL))}
    assert (await invite(park, by=DESK, **wish)).json()["done"] == 1
    assert (await invite(park, by=BADR, **wish)).status_code == 403
    assert (await invite(park, by=OTHER_DESK, **wish)).status_code == 404
