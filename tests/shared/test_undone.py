"""A request whose transaction the database has undone is run once more, and nobody sees it."""

import httpx
import pytest
from sqlalchemy import text

from shared.web import Ground
from tests.shared.conftest import rows_in

KEY = {"idempotency-key": "k-1"}


async def undo_the_first(ground: Ground, times: int, *, code: str) -> None:
    """As the database does it in a deadlock, so many times; a sequence outlives what is undone."""
    async with ground.database.transaction() as session:
        await session.execute(text("CREATE SEQUENCE tries"))
        await session.execute(
            text(
                "CREATE FUNCTION undo() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                f"IF nextval('tries') <= {times} THEN RAISE EXCEPTION USING ERRCODE = '{code}'; "
                "END IF; RETURN NEW; END $$"
            )
        )
        await session.execute(
            text("CREATE TRIGGER undo BEFORE INSERT ON notes EXECUTE FUNCTION undo()")
        )


@pytest.mark.parametrize("code", ["40P01", "40001"])
async def test_what_was_undone_is_done_again(
    http: httpx.AsyncClient, ground: Ground, amal: dict[str, str], code: str
) -> None:
    await undo_the_first(ground, 1, code=code)
    body = {"name": "a note"}
    first, again = [await http.post("/v1/notes", json=body, headers=amal | KEY) for _ in range(2)]
    assert (first.status_code, first.json()) == (201, {"name": "a note", "count": 1})
    assert (again.json(), again.headers["idempotent-replayed"]) == (first.json(), "true")
    assert await rows_in(ground.database.url, "notes") == 1


async def test_what_is_undone_again_is_refused_and_has_not_happened(
    http: httpx.AsyncClient, ground: Ground, amal: dict[str, str]
) -> None:
    await undo_the_first(ground, 2, code="40P01")
    answer = await http.post("/v1/notes", json={"name": "a note"}, headers=amal)
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
    assert answer.headers["retry-after"] == "1"
    assert await rows_in(ground.database.url, "notes") == 0
    answer = await http.post("/v1/notes", json={"name": "a note"}, headers=amal)
    assert answer.status_code == 201


async def test_who_waited_too_long_is_told_at_once(
    http: httpx.AsyncClient, ground: Ground, amal: dict[str, str]
) -> None:
    """Somebody is in the way still: waiting once more would double the wait."""
    await undo_the_first(ground, 1, code="55P03")
    answer = await http.post("/v1/notes", json={"name": "a note"}, headers=amal)
    assert (answer.status_code, answer.json()["code"]) == (503, "busy")
