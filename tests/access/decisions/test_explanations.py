"""Why a read was decided so: decided once more, for those who may see it, as long as it is kept."""

from base64 import urlsafe_b64decode
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from hypothesis import given
from hypothesis import strategies as st

from services.access.decisions.domain import Found, Question, Read
from services.access.decisions.explanation import explain
from services.access.decisions.judged import judge
from services.access.decisions.records import Decision
from services.access.journal.domain import JournalParticulars
from tests.access.decisions.asking import explained, said
from tests.access.decisions.test_ways_out import a_point, finds, times
from tests.access.park import ALICE, ATLAS_ADMIN, BAHIA_ADMIN, BASMA, NINE, SECURITY, Park

NUMBER = 4711


@given(found=finds, is_way_out=st.booleans(), read_at=times)
def test_whatever_was_found_is_decided_so_again_and_proven_from_what_is_kept(
    found: dict[str, Any], is_way_out: bool, read_at: datetime
) -> None:
    point = a_point(is_way_out=is_way_out)
    question = Question(point.access_point_id, 1, 1, read_at, Read.of_card("1"))
    judged = judge(question, Found(point, **found), at=NINE, policy_version=1)
    kept = orjson.loads(orjson.dumps(judged.particulars.inputs))
    decision = Decision(
        entry_id=judged.entry_id,
        decision_id=judged.decision_id,
        controller_id=point.controller_id,
        access_point_id=point.access_point_id,
        evidence=point.evidence,
        body_digest=question.digest,
        strike_ms=judged.strike_ms,
        epoch=1,
        read_at=read_at,
        decided_at=NINE,
        outcome=judged.verdict.outcome,
        reason=judged.verdict.reason,
        flags=judged.flags,
    )
    explained_again = explain(
        decision, JournalParticulars(entry_id=judged.entry_id, salt=b"", inputs=kept)
    )
    assert explained_again.is_the_same
    assert explained_again.verdict == judged.verdict
    told = replace(judged.particulars, inputs=kept)
    assert told.commitment(b"salt") == judged.particulars.commitment(b"salt")


async def test_an_explanation_decides_by_what_was_found_then(park: Park) -> None:
    badge = await park.give_badge(ALICE, NUMBER)
    await park.let_in(ALICE, "suite a")
    decision = await park.read_badge("door a in", NUMBER)
    await park.post(SECURITY, f"/badges/{badge['badge_id']}/revoke", {"reason": "stolen"})
    denied = await park.read_badge("door a in", NUMBER)
    assert (said(decision), said(denied)) == (
        ("granted", "right"),
        ("denied", "credential_stolen"),
    )
    why = await explained(park, SECURITY, decision)
    assert why["found"]["holder"]["status"] == "active"
    why_not = await explained(park, SECURITY, denied, **{"Accept-Language": "fr"})
    assert why_not["rule"] == "Le badge a été déclaré volé."
    assert (why_not["bacnet_event"], why_not["onvif_reason"]) == (144, "CredentialNotEnabled")
    assert why_not["policy_version"] > why["policy_version"]


async def test_only_those_who_may_see_a_decision_get_it_explained(park: Park) -> None:
    await park.give_badge(ALICE, NUMBER)
    decision = await park.read_badge("lobby in", NUMBER)
    await explained(park, ATLAS_ADMIN, decision)
    path = f"/decisions/{decision['decision_id']}/explanation"
    assert (await park.get(BAHIA_ADMIN, path)).status_code == 404
    assert (await park.get(ALICE, path)).status_code == 403


async def test_what_was_erased_is_not_explained(park: Park) -> None:
    decision = await park.read_badge("lobby in", NUMBER)
    await park.rows("DELETE FROM journal_particulars")
    answer = await park.get(SECURITY, f"/decisions/{decision['decision_id']}/explanation")
    assert (answer.status_code, answer.json()["code"]) == (409, "no_more_to_explain")


async def test_a_number_of_two_tenants_alarms_the_landlord_and_names_no_tenant(park: Park) -> None:
    await park.give_badge(ALICE, NUMBER)
    await park.give_badge(BASMA, NUMBER)
    denied = await park.read_badge("door a in", NUMBER)
    assert said(denied) == ("denied", "ambiguous_credential")
    await park.read_badge("door a in", NUMBER)
    (alarm,) = (await park.get(SECURITY, "/alarms")).json()["items"]
    assert (alarm["kind"], alarm["source"]) == ("ambiguous_credential", "card/H10301/77/4711")
    path = f"/decisions/{denied['decision_id']}"
    for admin in (ATLAS_ADMIN, BAHIA_ADMIN):
        assert (await park.get(admin, path)).status_code == 404


async def test_no_number_tells_a_tenant_how_much_others_did(park: Park) -> None:
    await park.give_badge(ALICE, NUMBER)
    decisions = [await park.read_badge("lobby in", NUMBER) for _ in range(2)]
    path = f"/decisions/{decisions[0]['decision_id']}"
    seen = (await park.get(ATLAS_ADMIN, path)).json()
    why = await explained(park, ATLAS_ADMIN, decisions[0])
    page = (await park.get(ATLAS_ADMIN, "/journal", limit=1)).json()
    assert (seen["sequence"], why["policy_version"]) == (None, None)
    assert [(each["position"], each["sequence"]) for each in page["items"]] == [(None, None)]
    _, *key = orjson.loads(urlsafe_b64decode(page["next"]))
    assert key == [page["items"][0]["entry_id"]]
    rest = (await park.get(ATLAS_ADMIN, "/journal", limit=1, cursor=page["next"])).json()
    assert rest["items"][0]["decision_id"] == decisions[0]["decision_id"]
    assert (await park.get(SECURITY, path)).json()["sequence"] is not None
