"""Names that were written by former rules get the words of today's."""

import asyncio
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from services.visitors.cli import REWORD
from services.visitors.rewording.commands import foresee, reword
from services.visitors.worker import surround_sessions
from tests.visitors.park import BADR, DESK, Park
from tests.visitors.search.test_search import a_visit_of, names

BY_FORMER_RULES = """
UPDATE search_words SET spelt = 'x' || spelt, consonants = NULL, sound = NULL
WHERE owner_id = ANY (:owners) RETURNING id
"""


async def spell_as_before(park: Park, *owners: Any) -> None:
    assert await park.query(BY_FORMER_RULES, owners=[UUID(str(each)) for each in owners])


async def words(park: Park) -> list[Any]:
    return list(
        await park.query(
            "SELECT owner_id, tenant_id, found_by, spelt, consonants, sound FROM search_words "
            "ORDER BY owner_id, found_by, spelt, consonants, sound"
        )
    )


def visitor_of(visit: Any) -> Any:
    return visit["visitor"]["visitor_id"]


async def reworded(park: Park, capsys: Any, *, dry_run: bool = False) -> str:
    """What the command says."""
    surround_sessions(park.ground)
    capsys.readouterr()
    await REWORD.asked(dry_run=dry_run)(park.ground)
    said: str = capsys.readouterr().out.splitlines()[-1]
    return said


async def test_visitors_and_hosts_are_found_by_todays_rules(
    park: Park, capsys: pytest.CaptureFixture[str]
) -> None:
    visit = await a_visit_of(park, "Youssef Cherkaoui", by=BADR)
    before = await words(park)
    await spell_as_before(park, visitor_of(visit), park.person_id(BADR))
    for typed in ("شرق", "badr"):
        assert await names(park, typed) == []
    assert await reworded(park, capsys, dry_run=True) == "2 would get other words"
    assert await words(park) != before
    assert await reworded(park, capsys) == "2 got other words"
    for typed in ("شرق", "badr"):
        assert await names(park, typed) == ["Youssef Cherkaoui"]
    assert await words(park) == before
    assert await reworded(park, capsys) == "0 got other words"


async def test_whoever_is_kept_rightly_is_not_touched(park: Park) -> None:
    await a_visit_of(park, "Camille Durand")
    wrong = await a_visit_of(park, "Youssef Cherkaoui")
    ids = "SELECT id FROM search_words WHERE owner_id <> :o ORDER BY id"
    before = await park.query(ids, o=visitor_of(wrong))
    await spell_as_before(park, visitor_of(wrong))
    assert (await reword(park.ground.database)).reworded == 1
    assert await park.query(ids, o=visitor_of(wrong)) == before


async def test_who_was_erased_or_merged_or_has_left_stays_as_they_are(park: Park) -> None:
    erased = await a_visit_of(park, "Camille Durand")
    await park.query(
        "WITH gone AS (DELETE FROM search_words WHERE owner_id = :v) "
        "UPDATE visitors SET erased_at = now() WHERE id = :v RETURNING id",
        v=UUID(visitor_of(erased)),
    )
    merged, into = [await a_visit_of(park, name) for name in ("Yusuf Fassi", "Youssef Fassi")]
    answer = await park.http.post(
        f"/v1/visitors/{visitor_of(merged)}/merge",
        json={"into": visitor_of(into)},
        headers=park.as_(DESK) | {"if-match": "*"},
    )
    assert answer.is_success, answer.text
    await park.delist(BADR)
    assert await foresee(park.ground.database) == 0


async def test_more_than_a_batch_are_written_each_in_their_tenant(park: Park) -> None:
    await park.query(
        "INSERT INTO visitors (id, tenant_id, given_name, family_name, created_at, other_emails, "
        "version) SELECT gen_random_uuid(), CASE n % 2 WHEN 0 THEN CAST(:a AS uuid) "
        "ELSE CAST(:b AS uuid) END, 'Youssef', 'N' || n, now(), '{}', 1 "
        "FROM generate_series(1, 250) AS n RETURNING id",
        a=park.tenant_id,
        b=park.other_tenant_id,
    )
    assert (await reword(park.ground.database)).reworded == 250
    rows = await park.query(
        "SELECT count(*) FILTER (WHERE w.tenant_id = v.tenant_id) AS right, count(*) AS n, "
        "count(DISTINCT v.id) AS of FROM search_words AS w JOIN visitors AS v ON v.id = w.owner_id"
    )
    assert rows[0].of == 250
    assert rows[0].right == rows[0].n
    assert await foresee(park.ground.database) == 0


async def test_one_whom_others_are_changing_keeps_nobody_from_theirs(
    park: Park, capsys: pytest.CaptureFixture[str]
) -> None:
    """Broken off or not, whoever runs it again finds what is left."""
    visits = [await a_visit_of(park, f"Youssef {family}") for family in ("Fassi", "Alami", "Idris")]
    await spell_as_before(park, *(visitor_of(each) for each in visits))
    rival = await asyncpg.connect(park.ground.database.url)
    try:
        async with rival.transaction():
            held = UUID(visitor_of(visits[0]))
            await rival.execute("UPDATE visitors SET version = 1 WHERE id = $1", held)
            with pytest.raises(SystemExit, match="1 are still to get theirs"):
                await REWORD.asked(dry_run=False)(park.ground)
    finally:
        await rival.close()
    assert "2 got other words" in capsys.readouterr().out
    assert sorted(await names(park, "youssef")) == ["Youssef Alami", "Youssef Idris"]
    assert await reworded(park, capsys) == "1 got other words"


@pytest.mark.parametrize("is_first", [True, False], ids=["first", "second"])
async def test_who_is_renamed_meanwhile_is_found_by_the_new_name_alone(
    park: Park, is_first: bool
) -> None:
    visit = await a_visit_of(park, "Youssef Cherkaoui")
    await spell_as_before(park, visitor_of(visit))
    renaming = park.http.patch(
        f"/v1/visits/{visit['visit_id']}",
        json={"visitor": {"given_name": "Khadija", "family_name": "Fassi"}},
        headers=park.as_(DESK),
    )
    acts: list[Any] = [renaming, reword(park.ground.database)]
    await asyncio.gather(*(acts if is_first else acts[::-1]))
    assert await names(park, "خديجة") == ["Khadija Fassi"]
    assert await foresee(park.ground.database) == 0


async def test_two_who_run_it_at_once_leave_each_word_once(park: Park) -> None:
    visits = [await a_visit_of(park, f"Youssef {family}") for family in ("Fassi", "Alami")]
    before = await words(park)
    await spell_as_before(park, *(visitor_of(each) for each in visits))
    both = await asyncio.gather(*(reword(park.ground.database) for _ in range(2)))
    assert sum(each.reworded for each in both) == 2
    assert await words(park) == before
