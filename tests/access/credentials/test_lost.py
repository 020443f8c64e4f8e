"""A lost badge is reported by its holder in one call."""

import asyncio

from tests.access.park import ALICE, ATLAS_ADMIN, BAHIA_ADMIN, BASMA, SECURITY, Park


async def test_a_badge_that_its_holder_reports_lost_is_denied_at_once(park: Park) -> None:
    badge = await park.give_badge(ALICE, 11)
    await park.let_in(ALICE, "suite a")
    assert (await park.read_badge("door a in", 11))["outcome"] == "granted"
    lost = await park.post(ALICE, f"/me/badges/{badge['badge_id']}/lost")
    assert (lost.status_code, lost.json()["status"]) == (200, "lost")
    assert (await park.read_badge("door a in", 11))["reason"] == "credential_lost"


async def test_saying_it_again_changes_nothing_also_at_once(park: Park) -> None:
    badge = await park.give_badge(ALICE, 11)
    path = f"/me/badges/{badge['badge_id']}/lost"
    answers = await asyncio.gather(*(park.post(ALICE, path) for _ in range(6)))
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, answers[0].text)}
    reported = [act for act in await park.acts() if act["reason"] == "badge_reported_lost"]
    assert [act["author_id"] for act in reported] == [park.ids[ALICE.email]]


async def test_what_was_stolen_stays_stolen(park: Park) -> None:
    badge = await park.give_badge(ALICE, 11)
    await park.post(SECURITY, f"/badges/{badge['badge_id']}/revoke", {"reason": "stolen"})
    lost = await park.post(ALICE, f"/me/badges/{badge['badge_id']}/lost")
    assert (lost.status_code, lost.json()["status"]) == (200, "stolen")


async def test_another_persons_badge_is_nobodys(park: Park) -> None:
    badge = await park.give_badge(ALICE, 11)
    for who in (ATLAS_ADMIN, BASMA, BAHIA_ADMIN, SECURITY):
        answer = await park.post(who, f"/me/badges/{badge['badge_id']}/lost")
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_badge")


async def test_a_badge_that_was_given_back_cannot_be_lost(park: Park) -> None:
    badge = await park.give_badge(ALICE, 11)
    await park.post(SECURITY, f"/badges/{badge['badge_id']}/revoke", {"reason": "returned"})
    answer = await park.post(ALICE, f"/me/badges/{badge['badge_id']}/lost")
    assert (answer.status_code, answer.json()["code"]) == (409, "state_does_not_allow")
