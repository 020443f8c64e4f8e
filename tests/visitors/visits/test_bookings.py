"""Guests of bookings become visits, and follow the booking wherever it goes."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from shared.events.booking import (
    BookingCancelled,
    BookingCheckedIn,
    BookingConfirmed,
    BookingEndedEarly,
    BookingFacts,
    BookingHandedOver,
    BookingParticipantsChanged,
    BookingReleased,
    BookingRescheduled,
    BookingStatus,
    ParticipantFacts,
    ParticipantKind,
)
from shared.events.directory import TenantListed
from tests.visitors.park import BADR, ELEVEN, NINE, TEN, Park, a_guest, a_tenant, heard


def changed(booking: BookingFacts, **changes: Any) -> BookingFacts:
    return booking.model_copy(update=changes)


def over(booking: BookingFacts, status: BookingStatus) -> BookingFacts:
    return changed(booking, status=status)


async def only_visit(park: Park) -> Any:
    (visit,) = await park.listed()
    return visit


async def test_a_guest_is_expected_and_a_colleague_is_not(park: Park) -> None:
    colleague = ParticipantFacts(
        kind=ParticipantKind.PERSON,
        person_id=park.person_id(BADR),
        guest_id=None,
        name="Badr",
        email=BADR,
        language="fr",
    )
    guest = a_guest()
    booking = park.a_booking(guest, colleague)
    await park.hear_booking(BookingConfirmed, booking)
    visit = await only_visit(park)
    assert (visit["booking_id"], visit["guest_id"]) == (
        str(booking.booking_id),
        str(guest.guest_id),
    )
    assert visit["zone_ids"] == [str(park.home_zone_id), str(booking.zone_id)]
    assert await park.announced() == ["expected"]
    assert await park.notices(visit) == [("invitation", "queued")]


async def test_a_booking_of_people_not_yet_known_brings_its_guests_all_the_same(park: Park) -> None:
    tenant_id, zone_id = uuid4(), uuid4()
    booking = park.a_booking(a_guest(), tenant_id=tenant_id, organiser_id=uuid4())
    await park.hear_booking(BookingConfirmed, booking)
    assert await park.announced() == ["expected"]
    await park.hear(heard(TenantListed(tenant=a_tenant(tenant_id, zone_ids=(zone_id,)))))
    assert await park.announced() == ["expected", "rescheduled"]
    rows = await park.query("SELECT zone_ids FROM visits")
    assert set(rows[0].zone_ids) == {zone_id, booking.zone_id}


async def test_a_cancellation_heard_first_lets_no_visit_come_up(park: Park) -> None:
    booking = park.a_booking(a_guest())
    cancelled = over(booking, BookingStatus.CANCELLED)
    await park.hear_booking(BookingCancelled, cancelled, sequence=2)
    await park.hear_booking(BookingConfirmed, booking, sequence=1)
    assert await park.announced() == []


async def test_what_is_heard_twice_has_one_effect(park: Park) -> None:
    booking = park.a_booking(a_guest())
    await park.hear_booking(BookingConfirmed, booking)
    await park.hear_booking(BookingConfirmed, booking)
    moved = changed(booking, starts_at=TEN, ends_at=ELEVEN)
    await park.hear_booking(BookingRescheduled, moved, sequence=2)
    await park.hear_booking(BookingConfirmed, booking, sequence=1)
    assert await park.announced() == ["expected", "rescheduled"]
    assert (await only_visit(park))["starts_at"] == "2027-03-01T10:00:00Z"


async def test_the_first_two_events_of_a_booking_at_once_make_one_visit(park: Park) -> None:
    booking = park.a_booking(a_guest())
    later = changed(booking, status=BookingStatus.CHECKED_IN)
    await asyncio.gather(
        park.hear_booking(BookingConfirmed, booking, sequence=1),
        park.hear_booking(BookingCheckedIn, later, sequence=2),
    )
    assert await park.announced() == ["expected"]


async def test_a_moved_booking_carries_window_zones_pass_and_notice(park: Park) -> None:
    booking = park.a_booking(a_guest())
    await park.hear_booking(BookingConfirmed, booking)
    visit = await only_visit(park)
    moved = changed(booking, starts_at=TEN, ends_at=ELEVEN, zone_id=uuid4())
    await park.hear_booking(BookingRescheduled, moved, sequence=2)
    facts = await park.last_facts(visit)
    assert facts["starts_at"] == "2027-03-01T10:00:00Z"
    assert facts["zone_ids"] == [str(park.home_zone_id), str(moved.zone_id)]
    assert facts["visitor_pass"]["valid_until"] == "2027-03-01T11:30:00Z"
    assert facts["visitor_pass"]["digest"] == visit["visitor_pass"]["digest"]
    assert await park.notices(visit) == [("invitation", "queued"), ("update", "queued")]


async def test_another_room_alone_is_news_for_the_guest_too(park: Park) -> None:
    booking = park.a_booking(a_guest())
    await park.hear_booking(BookingConfirmed, booking)
    visit = await only_visit(park)
    moved = changed(booking, zone_id=uuid4())
    await park.hear_booking(BookingRescheduled, moved, sequence=2)
    assert await park.announced(visit) == ["expected", "rescheduled"]
    assert await park.notices(visit) == [("invitation", "queued"), ("update", "queued")]


async def test_guests_come_and_go_and_come_again(park: Park) -> None:
    first, second = a_guest(), a_guest("dominique@visitor.example", name="Dominique Petit")
    booking = park.a_booking(first)
    await park.hear_booking(BookingConfirmed, booking)
    both = changed(booking, participants=(first, second))
    await park.hear_booking(BookingParticipantsChanged, both, sequence=2)
    only_second = changed(booking, participants=(second,))
    await park.hear_booking(BookingParticipantsChanged, only_second, sequence=3)
    assert await park.announced() == ["expected", "expected", "cancelled"]
    await park.hear_booking(BookingParticipantsChanged, both, sequence=4)
    live = await park.listed(status="expected")
    assert {each["guest_id"] for each in live} == {str(first.guest_id), str(second.guest_id)}


async def test_a_guest_called_off_by_hand_stays_called_off(park: Park) -> None:
    booking = park.a_booking(a_guest())
    await park.hear_booking(BookingConfirmed, booking)
    await park.do(await only_visit(park), "cancel")
    moved = changed(booking, starts_at=TEN, ends_at=ELEVEN)
    await park.hear_booking(BookingRescheduled, moved, sequence=2)
    assert await park.announced() == ["expected", "cancelled"]


async def test_a_booking_that_ends_calls_off_who_has_not_come(park: Park) -> None:
    kinds = {
        BookingCancelled: BookingStatus.CANCELLED,
        BookingReleased: BookingStatus.RELEASED,
        BookingEndedEarly: BookingStatus.ENDED,
    }
    for kind, status in kinds.items():
        booking = park.a_booking(a_guest())
        await park.hear_booking(BookingConfirmed, booking)
        await park.hear_booking(kind, over(booking, status), sequence=2)
        (visit,) = await park.listed(booking_id=booking.booking_id)
        assert (visit["status"], visit["visitor_pass"]) == ("cancelled", None)


async def test_a_restored_booking_expects_its_guests_again_under_a_new_pass(park: Park) -> None:
    booking = park.a_booking(a_guest())
    await park.hear_booking(BookingConfirmed, booking)
    cancelled = over(booking, BookingStatus.CANCELLED)
    await park.hear_booking(BookingCancelled, cancelled, sequence=2)
    await park.hear_booking(BookingConfirmed, booking, sequence=3)
    assert await park.announced() == ["expected", "cancelled", "expected"]
    standing = [one for one in await park.listed() if one["status"] == "expected"]
    assert [one["guest_id"] for one in standing] == [str(booking.participants[0].guest_id)]
    assert standing[0]["visitor_pass"] is not None


async def test_who_was_called_off_by_hand_stays_so_when_the_booking_is_restored(
    park: Park,
) -> None:
    booking = park.a_booking(a_guest())
    await park.hear_booking(BookingConfirmed, booking)
    await park.do(await only_visit(park), "cancel")
    cancelled = over(booking, BookingStatus.CANCELLED)
    await park.hear_booking(BookingCancelled, cancelled, sequence=2)
    await park.hear_booking(BookingConfirmed, booking, sequence=3)
    assert await park.announced() == ["expected", "cancelled"]


async def test_who_is_here_stays_when_the_booking_is_cancelled(park: Park) -> None:
    booking = park.a_booking(a_guest())
    await park.hear_booking(BookingConfirmed, booking)
    visit = await only_visit(park)
    await park.do(visit, "check-in")
    cancelled = over(booking, BookingStatus.CANCELLED)
    await park.hear_booking(BookingCancelled, cancelled, sequence=2)
    assert (await park.shown(visit))["status"] == "checked_in"
    assert (await park.do(visit, "check-out")).status_code == 200


async def test_who_is_here_keeps_today_when_the_booking_moves_to_another_day(park: Park) -> None:
    booking = park.a_booking(a_guest())
    await park.hear_booking(BookingConfirmed, booking)
    visit = await only_visit(park)
    await park.do(visit, "check-in")
    week = timedelta(days=7)
    moved = changed(booking, starts_at=NINE + week, ends_at=TEN + week)
    await park.hear_booking(BookingRescheduled, moved, sequence=2)
    shown = await park.shown(visit)
    assert shown["visitor_pass"]["valid_until"] == "2027-03-01T10:30:00Z"
    assert shown["booking_id"] is None, "today it stands by itself"
    assert await park.announced(visit) == ["expected", "checked_in", "rescheduled"]
    (then,) = await park.listed(booking_id=booking.booking_id)
    assert (then["status"], then["guest_id"]) == ("expected", visit["guest_id"])
    assert then["starts_at"] == "2027-03-08T09:00:00Z"
    assert then["visitor_pass"]["digest"] != visit["visitor_pass"]["digest"]
    assert await park.notices(then) == [("invitation", "queued")]
    await park.hear_booking(BookingRescheduled, moved, sequence=3)
    assert len(await park.listed()) == 2
    assert (await park.do(visit, "check-out")).status_code == 200


async def test_a_new_organiser_is_the_new_host(park: Park) -> None:
    booking = park.a_booking(a_guest())
    await park.hear_booking(BookingConfirmed, booking)
    handed = changed(booking, organiser_id=park.person_id(BADR))
    await park.hear_booking(BookingHandedOver, handed, sequence=2)
    visit = await only_visit(park)
    assert UUID(visit["host_id"]) == park.person_id(BADR)
    assert (await park.last_facts(visit))["host_id"] == visit["host_id"]


async def test_replayed_facts_make_visits_and_no_mails(park: Park) -> None:
    booking = park.a_booking(a_guest())
    await park.hear_booking(BookingConfirmed, booking, sequence=7, replay=True)
    visit = await only_visit(park)
    assert await park.notices(visit) == []
    await park.hear_booking(BookingConfirmed, booking, sequence=7, replay=True)
    assert await park.announced() == ["expected"]


async def test_the_visit_of_a_booking_is_moved_with_the_booking_alone(park: Park) -> None:
    await park.hear_booking(BookingConfirmed, park.a_booking(a_guest()))
    answer = await park.do(
        await only_visit(park),
        "reschedule",
        starts_at=TEN.isoformat(),
        ends_at=ELEVEN.isoformat(),
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "visit_follows_booking")


async def test_a_booking_that_is_over_when_heard_brings_nobody(park: Park) -> None:
    past = NINE - timedelta(days=3)
    booking = park.a_booking(a_guest(), starts_at=past, ends_at=past + timedelta(hours=1))
    await park.hear_booking(BookingConfirmed, booking)
    assert await park.announced() == []


async def test_a_corrected_address_is_another_visitor_with_another_pass(park: Park) -> None:
    guest = a_guest("wrong@visitor.example")
    booking = park.a_booking(guest)
    await park.hear_booking(BookingConfirmed, booking)
    corrected = guest.model_copy(update={"email": "right@visitor.example"})
    await park.hear_booking(
        BookingParticipantsChanged, changed(booking, participants=(corrected,)), sequence=2
    )
    assert await park.announced() == ["expected", "cancelled", "expected"]
    (visit,) = await park.listed(status="expected")
    assert visit["visitor"]["email"] == "right@visitor.example"
    assert await park.notices(visit) == [("invitation", "queued")]


async def test_a_corrected_name_is_the_same_visit(park: Park) -> None:
    guest = a_guest(name="Camile Durant")
    booking = park.a_booking(guest)
    await park.hear_booking(BookingConfirmed, booking)
    corrected = guest.model_copy(update={"name": "Camille Durand"})
    await park.hear_booking(
        BookingParticipantsChanged, changed(booking, participants=(corrected,)), sequence=2
    )
    assert await park.announced() == ["expected", "rescheduled"]
    assert (await only_visit(park))["display_name"] == "Camille Durand"


async def test_who_is_here_is_not_exchanged_for_somebody_else(park: Park) -> None:
    guest = a_guest()
    booking = park.a_booking(guest)
    await park.hear_booking(BookingConfirmed, booking)
    visit = await only_visit(park)
    await park.do(visit, "check-in")
    other = guest.model_copy(update={"name": "Eve Autre", "email": "eve@visitor.example"})
    later = changed(booking, participants=(other,), ends_at=ELEVEN)
    await park.hear_booking(BookingParticipantsChanged, later, sequence=2)
    shown = await park.shown(visit)
    assert shown["visitor"] == visit["visitor"]
    assert shown["ends_at"] == "2027-03-01T11:00:00Z"
