"""States of badges: what may follow what, by whose word, and what the next decision says."""

from datetime import timedelta
from uuid import uuid4

import pytest

from services.access.card_formats import CardFormat
from services.access.credentials.domain import CHANGES, Badge, BadgeStatus, status_at
from services.access.credentials.refusals import (
    AlreadyRevoked,
    OnlySecurityMay,
    StateDoesNotAllow,
)
from shared.errors import Refusal
from tests.access.park import (
    ALICE,
    ATLAS_ADMIN,
    BAHIA_ADMIN,
    NINE,
    OPERATOR,
    SECURITY,
    Json,
    Park,
    Somebody,
)

S = BadgeStatus
NEVER_AGAIN = {S.STOLEN, S.DAMAGED, S.RETURNED, S.HOLDER_LEFT}


def a_badge(status: BadgeStatus) -> Badge:
    return Badge(
        person_id=uuid4(),
        tenant_id=uuid4(),
        card_format=CardFormat.H10301,
        facility=1,
        number=1,
        status=status,
        issued_at=NINE,
        issued_by=uuid4(),
    )


def refusal_of(before: BadgeStatus, after: BadgeStatus, *, is_security: bool) -> object:
    try:
        a_badge(before).become(after, by=uuid4(), is_security=is_security, at=NINE)
    except Refusal as refused:
        return type(refused)
    return None


def test_every_state_says_what_may_follow() -> None:
    assert set(CHANGES) == set(BadgeStatus)


@pytest.mark.parametrize("before", sorted(NEVER_AGAIN))
def test_a_stolen_damaged_or_returned_badge_never_opens_again(before: BadgeStatus) -> None:
    for is_security in (True, False):
        for after in (S.ACTIVE, S.INACTIVE):
            assert refusal_of(before, after, is_security=is_security) is StateDoesNotAllow
    reachable, ahead = set(), {before}
    while ahead:
        reachable |= ahead
        ahead = {after for each in ahead for after in CHANGES[each]} - reachable
    assert reachable.isdisjoint({S.ACTIVE, S.INACTIVE})


@pytest.mark.parametrize("before", [S.LOST, S.BLOCKED])
def test_only_security_undoes_a_loss_or_a_block_and_nobody_gets_around_it(
    before: BadgeStatus,
) -> None:
    """Neither to an open state nor to one from which the card could be issued again."""
    for after in (S.ACTIVE, S.RETURNED, S.DAMAGED):
        assert refusal_of(before, after, is_security=False) is OnlySecurityMay
        assert refusal_of(before, after, is_security=True) is None
    others = {S.LOST, S.BLOCKED, S.STOLEN}
    for after in others - {before}:
        assert refusal_of(before, after, is_security=False) is None


def test_what_is_over_is_over_already() -> None:
    for status in set(BadgeStatus) - {S.ACTIVE, S.INACTIVE}:
        assert refusal_of(status, status, is_security=True) is AlreadyRevoked


def test_a_sleeping_badge_wakes_at_the_very_instant_and_no_other_state_does() -> None:
    until = NINE + timedelta(hours=8)
    just_before = until - timedelta(microseconds=1)
    assert status_at(S.INACTIVE, just_before, sleeps_until=until) == S.INACTIVE
    assert status_at(S.INACTIVE, until, sleeps_until=until) == S.ACTIVE
    assert status_at(S.INACTIVE, until, sleeps_until=None) == S.INACTIVE
    assert status_at(S.LOST, until, sleeps_until=until) == S.LOST


async def revoke(park: Park, who: Somebody, badge: Json, reason: str) -> Json:
    path = f"/badges/{badge['badge_id']}/revoke"
    found: Json = (await park.post(who, path, {"reason": reason})).json()
    return found


@pytest.mark.parametrize("reason", ["lost", "stolen", "damaged", "returned", "blocked", "expired"])
async def test_a_revoked_badge_is_denied_by_the_next_decision(park: Park, reason: str) -> None:
    badge = await park.give_badge(ALICE, 11)
    await park.let_in(ALICE, "suite a")
    assert (await park.read_badge("door a in", 11))["outcome"] == "granted"
    assert (await revoke(park, ATLAS_ADMIN, badge, reason))["status"] == reason
    assert (await park.read_badge("door a in", 11))["reason"] == f"credential_{reason}"
    assert (await park.read_badge("door a out", 11))["outcome"] == "granted"


async def test_a_found_badge_is_reactivated_by_security_alone(park: Park) -> None:
    badge = await park.give_badge(ALICE, 11)
    await park.let_in(ALICE, "suite a")
    await revoke(park, ATLAS_ADMIN, badge, "lost")
    reactivate = f"/badges/{badge['badge_id']}/reactivate"
    refused = await park.post(ATLAS_ADMIN, reactivate)
    assert (refused.status_code, refused.json()["code"]) == (403, "only_security_may")
    assert (await park.post(BAHIA_ADMIN, reactivate)).status_code == 404
    assert (await park.post(SECURITY, reactivate)).json()["status"] == "active"
    assert (await park.read_badge("door a in", 11))["outcome"] == "granted"


async def test_a_stolen_badge_is_reactivated_by_nobody_and_its_card_issued_to_nobody(
    park: Park,
) -> None:
    badge = await park.give_badge(ALICE, 11)
    await revoke(park, ATLAS_ADMIN, badge, "stolen")
    refused = await park.post(SECURITY, f"/badges/{badge['badge_id']}/reactivate")
    assert (refused.status_code, refused.json()["code"]) == (409, "state_does_not_allow")
    path = f"/people/{park.ids[ALICE.email]}/badges"
    again = await park.post(OPERATOR, path, {"facility": 77, "number": 11})
    assert (again.status_code, again.json()["code"]) == (409, "card_was_stolen")


@pytest.mark.parametrize("reason", ["lost", "blocked"])
async def test_issuing_the_card_anew_is_no_way_around_a_loss_or_a_block(
    park: Park, reason: str
) -> None:
    badge = await park.give_badge(ALICE, 11)
    await revoke(park, ATLAS_ADMIN, badge, reason)
    path = f"/people/{park.ids[ATLAS_ADMIN.email]}/badges"
    card = {"facility": 77, "number": 11}
    refused = await park.post(ATLAS_ADMIN, path, card)
    assert (refused.status_code, refused.json()["code"]) == (403, "only_security_may")
    assert (await park.post(SECURITY, path, card)).status_code == 201
    known = (await park.get(SECURITY, f"/badges/{badge['badge_id']}")).json()
    assert known["status"] == "returned"


async def test_a_card_that_came_back_is_issued_again_and_the_old_badge_stays_dead(
    park: Park,
) -> None:
    badge = await park.give_badge(ALICE, 11)
    await revoke(park, ATLAS_ADMIN, badge, "returned")
    await park.give_badge(ATLAS_ADMIN, 11)
    refused = await park.post(SECURITY, f"/badges/{badge['badge_id']}/reactivate")
    assert refused.json()["code"] == "state_does_not_allow"


async def test_a_lost_number_that_is_live_again_elsewhere_in_the_tenant_is_not_reactivated(
    park: Park,
) -> None:
    badge = await park.give_badge(ALICE, 11)
    await revoke(park, ATLAS_ADMIN, badge, "expired")
    await park.give_badge(ATLAS_ADMIN, 11)
    refused = await park.post(SECURITY, f"/badges/{badge['badge_id']}/reactivate")
    assert (refused.status_code, refused.json()["code"]) == (409, "badge_taken")


async def test_a_badge_is_laid_aside_and_taken_up_again(park: Park) -> None:
    badge = await park.give_badge(ALICE, 11)
    await park.let_in(ALICE, "suite a")
    suspended = await park.post(ATLAS_ADMIN, f"/badges/{badge['badge_id']}/suspend")
    assert suspended.json()["status"] == "inactive"
    assert (await park.read_badge("door a in", 11))["reason"] == "credential_inactive"
    await park.post(ATLAS_ADMIN, f"/badges/{badge['badge_id']}/reactivate")
    assert (await park.read_badge("door a in", 11))["outcome"] == "granted"


async def test_validity_is_changed_by_who_has_seen_it(park: Park) -> None:
    badge = await park.give_badge(ALICE, 11)
    path = f"/badges/{badge['badge_id']}"
    etag = (await park.get(ATLAS_ADMIN, path)).headers["etag"]
    until = (NINE + timedelta(hours=1)).isoformat()
    put = {"valid_from": None, "valid_until": until}
    changed = await park.put(ATLAS_ADMIN, f"{path}/validity", put, if_match=etag)
    assert (changed.status_code, changed.json()["status"]) == (200, "active")
    lost = await park.put(ATLAS_ADMIN, f"{path}/validity", put, if_match=etag)
    assert (lost.status_code, lost.json()["code"]) == (412, "changed_since_you_read")
    assert (await park.put(BAHIA_ADMIN, f"{path}/validity", put)).status_code == 404
    assert (await park.put(ALICE, f"{path}/validity", put)).status_code == 403
    park.pass_time(hours=1)
    assert (await park.get(ALICE, path)).json()["status"] == "expired"
    assert (await park.read_badge("door a in", 11))["reason"] == "credential_expired"
    backwards = {"valid_from": until, "valid_until": until}
    refused = await park.put(ATLAS_ADMIN, f"{path}/validity", backwards)
    assert refused.json()["code"] == "validity_ends_before_it_begins"


async def test_each_change_is_an_act_with_its_author(park: Park) -> None:
    operator = (await park.get(OPERATOR, "/me")).json()["person_id"]
    badge = await park.give_badge(ALICE, 11)
    await revoke(park, ATLAS_ADMIN, badge, "blocked")
    await park.post(SECURITY, f"/badges/{badge['badge_id']}/reactivate")
    acts = await park.acts()
    assert [(act["reason"], act["author_id"], act["details"]) for act in acts] == [
        ("badge_issued", operator, {"kind": "own"}),
        (
            "badge_revoked",
            park.ids[ATLAS_ADMIN.email],
            {"before": "active", "after": "blocked"},
        ),
        ("badge_reactivated", park.ids[SECURITY.email], {"before": "blocked", "after": "active"}),
    ]
    assert {act["badge_id"] for act in acts} == {badge["badge_id"]}
    assert {act["person_id"] for act in acts} == {park.ids[ALICE.email]}
