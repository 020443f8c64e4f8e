"""What else is known of a visit: notes, plates, proofs, co-hosts; drafts; assistants."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.visitors.park import ADMIN, AMAL, BADR, DESK, DRISS, FATIMA, OTHER_DESK, Park


async def patch(
    park: Park, visit: dict[str, Any], *, by: str = AMAL, headers: Any = None, **body: Any
) -> httpx.Response:
    url = f"/v1/visits/{visit['visit_id']}"
    return await park.http.patch(url, json=body, headers=park.as_(by) | (headers or {}))


async def test_what_the_desk_needs_to_know_is_kept_and_in_no_event(park: Park) -> None:
    visit = await park.a_visit(
        kind="contractor",
        private_note="Comes for the audit",
        plate="12345-أ-6",
        accessibility="Wheelchair",
        permit_number="P-7",
        insurance_until="2027-12-31",
    )
    shown = await park.shown(visit)
    assert (shown["kind"], shown["private_note"]) == ("contractor", "Comes for the audit")
    assert (shown["plate"], shown["insurance_until"]) == ("12345-أ-6", "2027-12-31")
    rows = await park.query("SELECT body::text AS body FROM outbox")
    assert not any("audit" in row.body or "Wheelchair" in row.body for row in rows)


async def test_security_does_not_read_what_the_host_tells_the_desk(park: Park) -> None:
    visit = await park.a_visit(private_note="Comes for the audit")
    url = f"/v1/visits/{visit['visit_id']}"
    headers = park.as_(FATIMA, "security")
    assert (await park.http.get(url, headers=headers)).json()["private_note"] is None
    listed = (await park.http.get("/v1/visits", headers=headers)).json()["items"]
    assert [each["private_note"] for each in listed] == [None]


async def test_only_what_is_given_changes(park: Park) -> None:
    visit = await park.a_visit(plate="1-A-1", private_note="First")
    changed = await patch(park, visit, private_note="Second")
    assert (changed.json()["plate"], changed.json()["private_note"]) == ("1-A-1", "Second")
    assert (await patch(park, visit, plate=None)).json()["plate"] is None
    assert await park.announced(visit) == ["expected"]


async def test_a_lost_race_is_told(park: Park) -> None:
    visit = await park.a_visit()
    first = await patch(park, visit, plate="1-A-1", headers={"if-match": '"1"'})
    second = await patch(park, visit, plate="2-B-2", headers={"if-match": '"1"'})
    assert (first.status_code, second.status_code) == (200, 412)


async def test_a_co_host_sees_and_changes_the_visit_and_others_hear_of_it(park: Park) -> None:
    visit = await park.a_visit()
    changed = await patch(park, visit, co_host_ids=[str(park.person_id(BADR))] * 2)
    assert changed.json()["co_host_ids"] == [str(park.person_id(BADR))]
    assert await park.announced(visit) == ["expected", "rescheduled"]
    assert (await patch(park, visit, by=BADR, plate="1-A-1")).status_code == 200


@pytest.mark.parametrize("person", [DRISS, "nobody"])
async def test_a_co_host_is_a_colleague(park: Park, person: str) -> None:
    visit = await park.a_visit()
    person_id = uuid4() if person == "nobody" else park.person_id(person)
    answer = await patch(park, visit, co_host_ids=[str(person_id)])
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_host")
    invited = await park.invite(co_host_ids=[str(person_id)])
    assert (invited.status_code, invited.json()["code"]) == (404, "no_such_host")


async def test_details_set_right_are_another_visitors_and_told(park: Park) -> None:
    visit = await park.a_visit()
    details = {"given_name": "Kamil", "family_name": "Durand", "email": "kamil@visitor.example"}
    changed = await patch(park, visit, visitor=details)
    assert changed.json()["visitor"]["given_name"] == "Kamil"
    assert (await park.last_facts(visit))["display_name"] == "Kamil Durand"


async def test_nobody_describes_what_is_over(park: Park) -> None:
    visit = await park.a_visit()
    await park.do(visit, "cancel", by=AMAL)
    answer = await patch(park, visit, plate="1-A-1")
    assert (answer.status_code, answer.json()["code"]) == (409, "visit_is_over")


@pytest.mark.parametrize(
    "body", [{"kind": None}, {"visitor": None}, {"status": "expected"}, {"plate": "'; --"}]
)
async def test_what_is_no_change_is_refused(park: Park, body: dict[str, Any]) -> None:
    answer = await patch(park, await park.a_visit(), **body)
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed_request")


async def test_a_draft_tells_nobody_until_it_is_submitted(park: Park) -> None:
    draft = await park.a_visit(is_draft=True)
    assert (draft["status"], await park.announced(draft)) == ("draft", [])
    assert await park.notices(draft) == []
    assert (await park.do(draft, "check-in")).json()["code"] == "visit_not_approved"
    later = {"starts_at": "2027-03-01T11:00:00Z", "ends_at": "2027-03-01T12:00:00Z"}
    assert (await park.do(draft, "reschedule", by=AMAL, **later)).status_code == 200
    submitted = await park.do(draft, "submit", by=AMAL)
    assert submitted.json()["status"] == "expected"
    assert await park.announced(draft) == ["expected"]
    assert [kind for kind, _ in await park.notices(draft)] == ["invitation"]
    again = await park.do(draft, "submit", by=AMAL)
    assert (again.status_code, again.json()["code"]) == (409, "visit_is_no_draft")


async def test_a_draft_that_is_never_submitted_ends_untold(park: Park) -> None:
    draft = await park.a_visit(is_draft=True)
    cancelled = await park.do(draft, "cancel", by=AMAL)
    assert (cancelled.json()["status"], await park.announced(draft)) == ("cancelled", [])


async def test_an_assistant_invites_and_changes_in_the_hosts_name_until_let_go(
    park: Park,
) -> None:
    url = f"/v1/me/assistants/{park.person_id(BADR)}"
    refused = await park.invite(by=BADR, host_id=str(park.person_id(AMAL)))
    assert (refused.status_code, refused.json()["code"]) == (403, "only_your_own_visitors")
    assert (await park.http.put(url, headers=park.as_(AMAL))).status_code == 204
    visit = await park.a_visit(by=BADR, host_id=str(park.person_id(AMAL)))
    assert visit["host_id"] == str(park.person_id(AMAL))
    assert (await patch(park, visit, by=BADR, plate="1-A-1")).status_code == 200
    assert [each["visit_id"] for each in await park.listed(to=BADR)] == [visit["visit_id"]]
    named = (await park.http.get("/v1/me/assistants", headers=park.as_(AMAL))).json()["items"]
    assert [each["person_id"] for each in named] == [str(park.person_id(BADR))]
    assert (await park.http.delete(url, headers=park.as_(AMAL))).status_code == 204
    assert (await patch(park, visit, by=BADR, plate="2-B-2")).status_code == 404
    assert await park.listed(to=BADR) == []


@pytest.mark.parametrize("person", [DRISS, AMAL, "nobody"])
async def test_an_assistant_is_a_colleague(park: Park, person: str) -> None:
    person_id = uuid4() if person == "nobody" else park.person_id(person)
    url = f"/v1/me/assistants/{person_id}"
    answer = await park.http.put(url, headers=park.as_(AMAL))
    assert (answer.status_code, answer.json()["code"]) == (404, "no_such_colleague")


@pytest.mark.parametrize("caller", [BADR, ADMIN, DRISS, OTHER_DESK])
async def test_to_everybody_else_there_is_nothing_to_describe(park: Park, caller: str) -> None:
    visit = await park.a_visit()
    draft = await park.a_visit(is_draft=True)
    assert (await patch(park, visit, by=caller, plate="1-A-1")).status_code == 404
    assert (await park.do(draft, "submit", by=caller)).status_code == 404


async def test_the_desk_reads_the_note(park: Park) -> None:
    visit = await park.a_visit(private_note="Comes for the audit")
    assert (await park.shown(visit, to=DESK))["private_note"] == "Comes for the audit"
