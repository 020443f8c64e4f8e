"""People imported from a file: all or nothing, repeatable, never beyond one's own company."""

import asyncio
from typing import Any

import httpx
import pytest

from services.access.imports.domain import MOST_BYTES
from tests.access.park import (
    ALICE,
    ATLAS_ADMIN,
    BAHIA_ADMIN,
    BASMA,
    OPERATOR,
    SECURITY,
    Json,
    Park,
    Somebody,
)

PERSON = "directory.person_listed.v1"
HEADER = "email;given_name;family_name;phone;language;tenant;external_id;leaves"
ZOE = "zoe@atlas.example;Zoé;Zahir;+212 600 00 00 00;ar;Atlas;17;"


def a_file(*lines: str, header: str = HEADER) -> str:
    return "\n".join((header, *lines)) + "\n"


async def bring(
    park: Park, who: Somebody, text: str, *, language: str = "en", **asked: Any
) -> httpx.Response:
    return await park.http.post(
        "/v1/people/imports",
        headers=park.headers(who) | {"Content-Type": "text/csv", "Accept-Language": language},
        params=asked,
        content=text.encode(),
    )


def did(answer: httpx.Response) -> tuple[int, int, int, int]:
    """(new, changed, unchanged, left)"""
    assert answer.status_code == 200, answer.text
    told = answer.json()
    return told["new"], told["changed"], told["unchanged"], told["left"]


def faults(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(each["pointer"], each["code"]) for each in answer.json()["errors"]]


async def found(park: Park, email: str) -> Json | None:
    items = (await park.get(OPERATOR, "/people", email=email)).json()["items"]
    return items[0] if items else None


@pytest.fixture
async def quiet(park: Park) -> Park:
    """Everybody who imports has signed in before, so that only imports are announced."""
    for who in (OPERATOR, SECURITY, ATLAS_ADMIN, BAHIA_ADMIN):
        await park.get(who, "/me")
    await park.forget_announcements()
    return park


async def test_the_same_file_again_changes_nothing_and_tells_nobody(quiet: Park) -> None:
    text = a_file(ZOE, "omar@bahia.example;Omar;O;;;Bahia;;")
    assert did(await bring(quiet, OPERATOR, text)) == (2, 0, 0, 0)
    told = await quiet.announced(PERSON)
    assert {each["person"]["email"] for each in told} == {"zoe@atlas.example", "omar@bahia.example"}
    await quiet.forget_announcements()
    assert did(await bring(quiet, OPERATOR, text)) == (0, 0, 2, 0)
    assert await quiet.announced(PERSON) == []
    zoe = await found(quiet, "zoe@atlas.example")
    assert zoe is not None
    assert (zoe["given_name"], zoe["language"], zoe["external_id"]) == ("Zoé", "ar", "17")
    newcomer = Somebody("zoe@atlas.example")
    assert (await quiet.get(newcomer, "/me")).json()["tenant_id"] == quiet.ids["atlas"]


async def test_the_number_finds_a_person_whose_address_has_changed(quiet: Park) -> None:
    await bring(quiet, OPERATOR, a_file(ZOE))
    before = await found(quiet, "zoe@atlas.example")
    assert before is not None
    moved = ZOE.replace("zoe@", "zoe.zahir@")
    assert did(await bring(quiet, OPERATOR, a_file(moved))) == (0, 1, 0, 0)
    after = await found(quiet, "zoe.zahir@atlas.example")
    assert after is not None
    assert after["person_id"] == before["person_id"]
    *_, told = await quiet.announced(PERSON)
    assert told["person"]["phone"] == "+212 600 00 00 00"


async def test_an_empty_cell_changes_nothing(quiet: Park) -> None:
    await bring(quiet, OPERATOR, a_file(ZOE))
    empty = "zoe@atlas.example;Zoé;Zahir;;;Atlas;;"
    assert did(await bring(quiet, OPERATOR, a_file(empty))) == (0, 0, 1, 0)


async def test_one_error_stops_all_and_names_line_column_and_reason(quiet: Park) -> None:
    text = a_file(
        ZOE, "nobody;N;N;;;Atlas;;", "a@b.example;A;B;;;Nowhere;;", "a@c.example;A;B;;;;;"
    )
    refused = await bring(quiet, OPERATOR, text, language="fr")
    assert faults(refused) == [
        ("3/email", "no_address"),
        ("4/tenant", "no_tenant_of_that_name"),
        ("5/tenant", "no_tenant_named"),
    ]
    assert refused.json()["errors"][0]["detail"] == "Ce n'est pas une adresse électronique."
    assert "3 erreurs" in refused.json()["detail"]
    assert await found(quiet, "zoe@atlas.example") is None
    assert await quiet.announced(PERSON) == []


async def test_what_is_right_can_be_imported_without_the_rest(quiet: Park) -> None:
    answer = await bring(quiet, OPERATOR, a_file(ZOE, "nobody;N;N;;;Atlas;;"), skip_bad=True)
    assert did(answer) == (1, 0, 0, 0)
    assert [(each["line"], each["column"]) for each in answer.json()["faults"]] == [(3, "email")]


async def test_a_dry_run_says_what_would_happen_and_does_nothing(quiet: Park) -> None:
    text = a_file(ZOE, f"{ALICE.email};Alicia;Example;;;Atlas;;", "nobody;N;N;;;Atlas;;")
    answer = await bring(quiet, OPERATOR, text, dry_run=True)
    assert did(answer) == (1, 1, 0, 0)
    assert (answer.json()["is_done"], answer.json()["fault_count"]) == (False, 1)
    assert await found(quiet, "zoe@atlas.example") is None


async def test_what_is_on_two_lines_is_an_error_on_both(quiet: Park) -> None:
    same_address = ZOE.replace(";17;", ";18;")
    same_number = ZOE.replace("zoe@", "zo@")
    refused = await bring(quiet, OPERATOR, a_file(ZOE, same_address, same_number))
    assert faults(refused) == [
        ("2/email", "address_twice"),
        ("2/external_id", "number_twice"),
        ("3/email", "address_twice"),
        ("4/external_id", "number_twice"),
    ]
    details = [each["detail"] for each in refused.json()["errors"]]
    assert details[0] == "The same address is on line 3 as well."
    assert details[2] == "The same address is on line 2 as well."


async def test_one_person_by_number_and_by_address_is_an_error_on_both_lines(quiet: Park) -> None:
    await bring(quiet, OPERATOR, a_file(ZOE))
    by_number = ZOE.replace("zoe@", "new@")
    by_address = ZOE.replace(";17;", ";;")
    refused = await bring(quiet, OPERATOR, a_file(by_number, by_address))
    assert faults(refused) == [("2", "person_twice"), ("3", "person_twice")]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (f"{BASMA.email};B;B;;;Atlas;;", ("2/email", "address_of_another")),
        (f"{ALICE.email};Z;Z;;;Atlas;17;", ("2/email", "address_of_another")),
        ("zoe@atlas.example;Z;Z;;;Atlas;18;", ("2/external_id", "another_number")),
    ],
)
async def test_nobody_is_given_what_is_somebody_elses(
    quiet: Park, line: str, fault: tuple[str, str]
) -> None:
    await bring(quiet, OPERATOR, a_file(ZOE))
    assert faults(await bring(quiet, OPERATOR, a_file(line))) == [fault]


async def test_an_admin_imports_for_their_own_company_alone(quiet: Park) -> None:
    bare = a_file("zoe@atlas.example,Zoé,Zahir", header="email,given_name,family_name")
    assert did(await bring(quiet, ATLAS_ADMIN, bare)) == (1, 0, 0, 0)
    zoe = await found(quiet, "zoe@atlas.example")
    assert zoe is not None
    assert zoe["tenant_id"] == quiet.ids["atlas"]
    for company in ("Bahia", quiet.ids["bahia"], "No such company"):
        refused = await bring(quiet, ATLAS_ADMIN, a_file(f"x@y.example;X;Y;;;{company};;"))
        assert faults(refused) == [("2/tenant", "no_tenant_of_that_name")]
    theirs = await bring(quiet, BAHIA_ADMIN, a_file("zoe@atlas.example;Z;Z;;;;;yes"))
    assert did(theirs) == (0, 0, 1, 0)
    assert await found(quiet, "zoe@atlas.example") is not None


async def test_only_operators_and_admins_import(quiet: Park) -> None:
    for who in (ALICE, SECURITY):
        assert (await bring(quiet, who, a_file(ZOE))).status_code == 403
    anybody = await quiet.http.post("/v1/people/imports", content=b"x")
    assert anybody.status_code == 401


async def test_who_is_said_to_leave_is_delisted_and_who_is_not_in_the_file_stays(
    quiet: Park,
) -> None:
    await quiet.get(ALICE, "/me")
    text = a_file(f"{ALICE.email};;;;;Atlas;;oui")
    assert did(await bring(quiet, ATLAS_ADMIN, text)) == (0, 0, 0, 1)
    assert (await quiet.get(ALICE, "/me")).status_code == 401
    shown = await quiet.get(ATLAS_ADMIN, f"/people/{quiet.ids[ALICE.email]}/departure")
    assert shown.json()["answers"][0]["counts"] == {"badges": 0, "rights": 0, "accounts": 1}
    assert did(await bring(quiet, ATLAS_ADMIN, text)) == (0, 0, 1, 0)
    assert (await quiet.get(ATLAS_ADMIN, "/me")).status_code == 200


async def test_a_file_that_is_too_large_is_refused_unread(quiet: Park) -> None:
    refused = await bring(quiet, OPERATOR, a_file(ZOE) + "x" * MOST_BYTES)
    assert (refused.status_code, refused.json()["code"]) == (422, "file_too_large")


async def test_a_file_is_larger_than_what_a_form_may_be(quiet: Park) -> None:
    lines = [f"p{n}@atlas.example;{'P' * 190};{'N' * 190};;;Atlas;;" for n in range(3000)]
    assert did(await bring(quiet, OPERATOR, a_file(*lines))) == (3000, 0, 0, 0)


async def test_the_same_file_by_two_at_once_lists_everybody_once(quiet: Park) -> None:
    text = a_file(*(f"p{n}@atlas.example;P;P{n};;;Atlas;{n};" for n in range(50)))
    answers = await asyncio.gather(*(bring(quiet, OPERATOR, text) for _ in range(3)))
    assert sorted(did(answer) for answer in answers) == [
        (0, 0, 50, 0),
        (0, 0, 50, 0),
        (50, 0, 0, 0),
    ]
    assert len(await quiet.announced(PERSON)) == 50


async def test_an_import_beside_delistings_revives_and_loses_nobody(quiet: Park) -> None:
    lines = [f"p{n}@atlas.example;P;P{n};;;Atlas;{n};" for n in range(40)]
    await bring(quiet, OPERATOR, a_file(*lines))
    rows = await quiet.rows("SELECT person_id FROM people WHERE external_id IS NOT NULL")
    leavers = [str(row["person_id"]) for row in rows[:20]]
    changed = a_file(*(line.replace(";P;", ";Q;") for line in lines))
    answers = await asyncio.gather(
        *(quiet.post(OPERATOR, f"/people/{each}/delist") for each in leavers[:10]),
        bring(quiet, OPERATOR, changed),
        *(quiet.post(OPERATOR, f"/people/{each}/delist") for each in leavers[10:]),
    )
    assert {answer.status_code for answer in answers} <= {200, 204, 503}
    assert [answer.status_code for answer in answers].count(204) == 20
    left = await quiet.rows("SELECT person_id FROM people WHERE NOT is_listed")
    assert {str(row["person_id"]) for row in left} == set(leavers)
    last = await quiet.rows(
        "SELECT DISTINCT ON (subject) subject, name FROM outbox WHERE subject LIKE 'person/%'"
        " ORDER BY subject, position DESC"
    )
    gone = {row["subject"] for row in last if "delisted" in row["name"]}
    assert gone == {f"person/{each}" for each in leavers}


async def test_an_import_is_journalled_with_its_author(quiet: Park) -> None:
    await bring(quiet, ATLAS_ADMIN, a_file(ZOE))
    (act,) = (await quiet.get(OPERATOR, "/journal", reason="people_imported")).json()["items"]
    assert act["author_id"] == quiet.ids[ATLAS_ADMIN.email]
    assert act["details"] == {"new": 1, "changed": 0, "left": 0}
