"""The read model converges, and every event that booking is to read has its reaction."""

from services.booking.service import SERVICE
from shared.events.premises import ZoneDelisted
from shared.messaging.topology import names_read_by
from tests.booking.park import Park, a_zone, heard


def test_every_event_that_booking_reads_has_a_reaction() -> None:
    assert SERVICE.inbox.names == set(names_read_by("booking"))


async def test_a_delisted_zone_is_not_bookable_whatever_comes_late(park: Park) -> None:
    zone = a_zone()
    room = await park.a_room(zone_id=await park.list_zone(zone))
    gone = zone.model_copy(update={"is_listed": False})
    await park.hear(heard(ZoneDelisted(zone=gone), sequence=2))
    await park.list_zone(zone)
    assert (await park.book(room)).json()["code"] == "not_bookable"
