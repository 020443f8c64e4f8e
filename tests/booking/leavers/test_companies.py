"""Somebody changes company: they leave the one, and come to the other as somebody else."""

import pytest

from shared.events.directory import DelistingReason, PersonDelisted
from tests.booking.park import Park, a_person, heard

AMAL, BADR, DRISS = "amal@acme.example", "badr@acme.example", "driss@other.example"
SHE_NOW = "amal@other.example"


async def changes_company(park: Park, *, which_first: str) -> None:
    """Amal goes from Acme to the other one. The events are of two people, so either may be heard
    first.
    """
    before = park.people[AMAL].model_copy(update={"is_listed": False})
    left = heard(
        PersonDelisted(person=before, reason=DelistingReason.LEFT), sequence=2, at=park.now
    )
    if which_first == "she leaves":
        await park.hear(left)
    await park.list_person(a_person(park.other_tenant_id, email=SHE_NOW))
    if which_first == "she comes":
        await park.hear(left)


@pytest.mark.parametrize("which_first", ["she leaves", "she comes"])
async def test_what_was_booked_for_the_old_company_does_not_go_along(
    park: Park, which_first: str
) -> None:
    theirs = await park.a_booking(title="Budget")
    others = await park.a_booking(by=BADR, invited=[AMAL])
    await changes_company(park, which_first=which_first)
    assert await park.announced(theirs) == ["confirmed", "cancelled"]
    facts = await park.last_facts(theirs)
    assert (facts["reason"], facts["tenant_id"]) == ("organiser_left", str(park.tenant_id))
    assert (await park.last_facts(others))["participants"] == []
    for booking in (theirs, others):
        answer = await park.http.get(
            f"/v1/bookings/{booking['booking_id']}", headers=park.as_(SHE_NOW, "tenant_admin")
        )
        assert (answer.status_code, answer.json()["code"]) == (404, "no_such_booking")
    old_account = await park.http.get("/v1/bookings", headers=park.as_(AMAL))
    assert (old_account.status_code, old_account.json()["code"]) == (401, "no_longer_listed")
    booking = await park.a_booking(by=SHE_NOW)
    assert booking["tenant_id"] == str(park.other_tenant_id)


async def test_a_successor_of_the_old_company_takes_over_what_was_booked_for_it(
    park: Park,
) -> None:
    theirs = await park.a_booking(invited=[DRISS])
    before = park.people[AMAL].model_copy(
        update={"is_listed": False, "successor_id": park.person_id(BADR)}
    )
    await park.list_person(a_person(park.other_tenant_id, email=SHE_NOW))
    await park.hear(
        heard(PersonDelisted(person=before, reason=DelistingReason.LEFT), sequence=2, at=park.now)
    )
    facts = await park.last_facts(theirs)
    assert (facts["organiser_id"], facts["tenant_id"], facts["status"]) == (
        str(park.person_id(BADR)),
        str(park.tenant_id),
        "confirmed",
    )
