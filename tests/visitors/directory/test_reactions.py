"""What the directory says reaches the visits it concerns."""

import asyncio
from uuid import uuid4

from services.visitors.visits.reactions import expect_the_guests_of_the_booking
from shared.events.booking import BookingConfirmed
from shared.events.directory import TenantListed
from tests.support.eventually import remains
from tests.visitors.park import AMAL, DESK, Park, a_guest, a_tenant, heard
from tests.visitors.series.test_series import a_series


async def test_visits_go_where_their_hosts_company_moves(park: Park) -> None:
    plain = await park.a_visit()
    asked = await park.a_visit(zone_ids=[str(park.home_zone_id)])
    booking = park.a_booking(a_guest())
    await park.hear_booking(BookingConfirmed, booking)
    (booked,) = await park.listed(booking_id=booking.booking_id)
    new_zone_id = uuid4()
    moved = a_tenant(park.tenant_id, zone_ids=(new_zone_id,))
    await park.hear(heard(TenantListed(tenant=moved), sequence=2))
    await park.hear(heard(TenantListed(tenant=moved), sequence=2))
    assert (await park.shown(plain))["zone_ids"] == [str(new_zone_id)]
    assert (await park.shown(asked))["zone_ids"] == [str(park.home_zone_id)]
    assert (await park.shown(booked))["zone_ids"] == [str(new_zone_id), str(booking.zone_id)]
    assert await park.announced(plain) == ["expected", "rescheduled"]
    assert await park.notices(plain) == [("invitation", "queued")]


async def test_many_visits_follow_their_company_a_hundred_at_a_time(park: Park) -> None:
    await a_series(park, rrule="FREQ=DAILY;COUNT=230")
    zone_id = uuid4()
    moved = a_tenant(park.tenant_id, zone_ids=(zone_id,))
    await park.hear(heard(TenantListed(tenant=moved), sequence=2))
    followed = "SELECT count(*) FROM visits WHERE zone_ids = ARRAY[CAST(:zone AS uuid)]"
    assert (await park.query(followed, zone=zone_id))[0].count == 100
    await park.let_time_pass(seconds=1)
    assert (await park.query(followed, zone=zone_id))[0].count == 230
    assert (await park.announced()).count("rescheduled") == 230


async def test_a_leaver_is_signed_out_at_once_and_their_visits_stay_with_the_desk(
    park: Park,
) -> None:
    visit = await park.a_visit()
    await park.delist(AMAL)
    refused = await park.http.get("/v1/visits", headers=park.as_(AMAL))
    assert (refused.status_code, refused.json()["code"]) == (401, "no_longer_listed")
    assert (await park.shown(visit, to=DESK))["status"] == "expected"


async def test_nobody_is_let_in_who_is_not_in_the_directory(park: Park) -> None:
    answer = await park.http.get("/v1/visits", headers=park.as_("nobody@acme.example"))
    assert (answer.status_code, answer.json()["code"]) == (403, "not_listed")
    assert (await park.http.get("/v1/visits")).status_code == 401


async def test_a_visit_made_while_its_companys_zones_change_gets_the_new_ones(park: Park) -> None:
    tenant_id, zone_id = uuid4(), uuid4()
    booking = park.a_booking(a_guest(), tenant_id=tenant_id)
    listed = heard(TenantListed(tenant=a_tenant(tenant_id, zone_ids=(zone_id,))))

    async def is_waiting() -> bool:
        return not learning.done()

    async with park.ground.database.transaction() as session:
        await expect_the_guests_of_the_booking(heard(BookingConfirmed(booking=booking)), session)
        learning = asyncio.create_task(park.hear(listed))
        await remains(is_waiting)
    await learning
    rows = await park.query("SELECT zone_ids FROM visits")
    assert set(rows[0].zone_ids) == {zone_id, booking.zone_id}
