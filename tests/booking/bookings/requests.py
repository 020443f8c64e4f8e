"""Rooms that are given on somebody's word, and requests for them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.booking.bookings import store
from services.booking.bookings.commands.inviting import participants_for
from services.booking.bookings.domain import Booking, Invited
from services.booking.rooms import store as rooms
from services.booking.window import Window
from tests.booking.park import NINE, TEN, Park


async def a_room_on_request(
    park: Park, *, by: str = "facility_managers", people: tuple[str, ...] = (), **room: Any
) -> dict[str, Any]:
    made = await park.a_room(**room)
    await park.query(
        "UPDATE rooms SET approved_by = :by, approver_ids = :ids WHERE id = :id RETURNING id",
        by=by,
        ids=[park.person_id(email) for email in people],
        id=UUID(made["room_id"]),
    )
    return made


async def a_request(
    park: Park,
    room: dict[str, Any],
    *,
    by: str = "amal@acme.example",
    starts_at: datetime = NINE,
    ends_at: datetime = TEN,
    invited: tuple[str, ...] = (),
) -> dict[str, Any]:
    """Somebody asks for the room."""
    person = park.caller(by)
    async with park.ground.database.transaction() as session:
        wanted = await rooms.room_to_book(session, UUID(room["room_id"]), viewer=person)
        booking = Booking.made(
            room=wanted,
            window=Window(starts_at, ends_at),
            timezone="Africa/Casablanca",
            by=person,
            at=park.now,
        )
        typed = [Invited(email=email, name=None, language=None) for email in invited]
        participants = await participants_for(session, booking, typed, language="fr")
        booking.request(participants, people=None)
        await store.write_new(session, booking)
    return {"booking_id": str(booking.id)}
