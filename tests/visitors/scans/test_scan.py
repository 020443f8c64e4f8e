"""One address for whatever is scanned: pass, code or document; what it is and what to do next."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.visitors.passes.domain import token_of
from services.visitors.scans.mrz.signs import check_digit
from services.visitors.surroundings import surroundings_of
from tests.visitors.park import AMAL, DESK, DRISS, NINE, OTHER_DESK, TEN, Park
from tests.visitors.scans.test_mrz import PASSPORT

DAY = timedelta(days=1)


def passport(names: str) -> str:
    """One whose check digits agree, of that name."""
    number, birth, expiry = "SPECI2014", "740812", "300101"
    second = (
        f"{number}{check_digit(number)}MAR{birth}{check_digit(birth)}F"
        f"{expiry}{check_digit(expiry)}{'<' * 14}<"
    )
    composite = check_digit(second[:10] + second[13:20] + second[21:43])
    return f"P<MAR{names.ljust(39, '<')}\n{second}{composite}"


async def scan(park: Park, text: str, *, by: str = DESK) -> httpx.Response:
    return await park.http.post("/v1/desk/scan", json={"text": text}, headers=park.as_(by))


async def seen(park: Park, text: str) -> tuple[str, str, list[str]]:
    """(kind, next action, names of the visits)."""
    answer = await scan(park, text)
    assert answer.status_code == 200, answer.text
    found = answer.json()
    names = [visit["display_name"] for visit in found["visits"]]
    return found["kind"], found["next_action"], names


async def token(park: Park, visit: dict[str, Any]) -> str:
    async with park.ground.database.transaction() as session:
        key = surroundings_of(session).pass_keys.newest
    return token_of(UUID(visit["visit_id"]), rotation=0, key=key)


async def test_a_pre_registered_arrival_is_two_requests(park: Park) -> None:
    visit = await park.a_visit()
    scanned = await scan(park, await token(park, visit))
    assert (scanned.json()["kind"], scanned.json()["next_action"]) == ("pass", "check_in")
    (found,) = scanned.json()["visits"]
    assert (await park.do(found, "check-in")).status_code == 200


async def test_the_next_thing_to_do_follows_the_visit(park: Park) -> None:
    visit = await park.a_visit()
    text = f" {(await token(park, visit)).lower()}\r\n"
    actions = [(await seen(park, text))[1]]
    for step in ("check-in", "check-out"):
        await park.do(visit, step)
        actions.append((await seen(park, text))[1])
    assert actions == ["check_in", "check_out", "none"]


async def test_a_code_is_read_however_it_is_typed(park: Park) -> None:
    code = (await park.a_visit())["desk_code"]
    for text in (code, code.lower(), f"{code[:4]}-{code[4:]}\n"):
        assert await seen(park, text) == ("code", "check_in", ["Camille Durand"])


@pytest.mark.parametrize(
    ("names", "visitor"),
    [
        ("CHERKAOUI<<YOUSSEF", ("Yusuf", "Sharqawi")),
        ("CHERKAOUI<<YOUSSEF<AMINE", ("يوسف", "الشرقاوي")),
        ("EL<FASSI<<KHADIJA", ("Hadija", "Al-Fasi")),
        ("ALXSHRQAWY<<YWSF", ("Youssef", "Cherkaoui")),
        ("MUELLER<<JOERG", ("Jörg", "Müller")),
        ("GARCIA<LOPEZ<<MARIA<CARMEN", ("Maria", "Garcia")),
        ("CHERKAOUI", ("Youssef", "Cherkaoui")),
    ],
)
async def test_a_document_finds_todays_visit_of_that_name(
    park: Park, names: str, visitor: tuple[str, str]
) -> None:
    given, family = visitor
    await park.a_visit(visitor={"given_name": given, "family_name": family})
    await park.a_visit(visitor={"given_name": "Camille", "family_name": family, "email": None})
    await park.a_visit(visitor={"given_name": given, "family_name": "Durand", "email": None})
    kind, action, found = await seen(park, passport(names))
    if names == "CHERKAOUI":
        assert (kind, action, len(found)) == ("document", "choose", 2)
    else:
        assert (kind, action, found) == ("document", "check_in", [f"{given} {family}"])


async def test_who_is_not_expected_today_is_registered_with_the_names(park: Park) -> None:
    tomorrow = {"starts_at": (NINE + DAY).isoformat(), "ends_at": (TEN + DAY).isoformat()}
    await park.a_visit(visitor={"given_name": "Anna", "family_name": "Eriksson"}, **tomorrow)
    await park.a_visit(by=DRISS, visitor={"given_name": "Anna", "family_name": "Eriksson"})
    answer = (await scan(park, PASSPORT)).json()
    assert (answer["kind"], answer["next_action"], answer["visits"]) == ("document", "register", [])
    assert answer["prefill"] == {
        "given_name": "Anna Maria",
        "family_name": "Eriksson",
        "is_truncated": False,
    }


async def test_of_a_document_nothing_is_kept_or_answered_but_the_names(park: Park) -> None:
    answer = await scan(park, PASSPORT)
    for secret in ("L898902C3", "ZE184226B", "740812", "1974"):
        assert secret not in answer.text


async def test_a_document_that_was_read_badly_is_refused_without_repeating_it(park: Park) -> None:
    answer = await scan(park, PASSPORT.replace("L898902C36", "L898902C37"))
    assert (answer.status_code, answer.json()["code"]) == (422, "mrz_check_digit_wrong")
    assert "position 10" in answer.json()["detail"]
    assert "L898902C3" not in answer.text
    assert "ERIKSSON" not in answer.text


async def test_what_belongs_to_another_tenant_is_not_known(park: Park) -> None:
    visit = await park.a_visit()
    texts = [await token(park, visit), visit["desk_code"], "A" * 52, "nonsense", "\x00", "<<", "🎫"]
    for text in texts:
        answer = await scan(park, text, by=OTHER_DESK)
        assert (answer.status_code, answer.json()["code"]) == (404, "scan_not_known")
        assert text not in answer.text


async def test_a_pass_that_was_renewed_is_not_known_any_more(park: Park) -> None:
    visit = await park.a_visit()
    old = await token(park, visit)
    await park.query(
        "UPDATE visits SET pass_digest = repeat('0', 64) WHERE id = :id RETURNING id",
        id=visit["visit_id"],
    )
    assert (await scan(park, old)).status_code == 404


async def test_only_the_reception_scans(park: Park) -> None:
    visit = await park.a_visit()
    answer = await scan(park, await token(park, visit), by=AMAL)
    assert (answer.status_code, answer.json()["code"]) == (403, "only_the_desk")


async def test_no_token_is_in_the_log(park: Park, capsys: pytest.CaptureFixture[str]) -> None:
    visit = await park.a_visit()
    text = await token(park, visit)
    await scan(park, text)
    await scan(park, PASSPORT)
    logged = capsys.readouterr()
    for secret in (text, "L898902C3", "ERIKSSON"):
        assert secret not in logged.out + logged.err
