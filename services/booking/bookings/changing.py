"""A change of a booking over HTTP: of what its caller has seen, and once, however often repeated.

The entity tag of a booking is its version; of what `GET` shows it also says what stands there
beside the booking, since guests come and go without a new version. A change asks for the version.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Response
from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings import store
from services.booking.bookings.commands.changing import booking_to_change
from services.booking.bookings.domain import Booking
from services.booking.bookings.views import BookingView, booking_view
from services.booking.links import link_of_booking
from shared.identity.listed import Person
from shared.web import IfMatch, Me, Now, Once, Session, etag_of, must_match

_BESIDE_THE_VERSION = re.compile(r'\.[0-9a-f]{16}(?=")')


def tag_of(view: BookingView) -> str:
    """The version, and a digest of all that is shown."""
    return f"{view.version}.{sha256(view.model_dump_json().encode()).hexdigest()[:16]}"


async def shown(
    session: AsyncSession, booking: Booking, *, to: Person, at: datetime
) -> BookingView:
    visits = await store.visits_of_guests(session, [booking.id])
    link = link_of_booking(session, booking.id)
    return booking_view(booking, visits=visits, viewer=to, at=at, link=link)


@dataclass(frozen=True)
class ChangeOnce:
    """The booking of the address, to be changed by its caller."""

    session: AsyncSession
    booking_id: UUID
    by: Person
    at: datetime
    once: Once
    if_match: str | None

    async def __call__(
        self,
        change: Callable[[Booking], Awaitable[None]],
        *,
        is_shown: bool = True,
        beside: UUID | None = None,
    ) -> Response:
        """Locks the booking, changes it, and answers with it, or with nothing but its tag.

        `beside`: another one that changes with it.
        """

        async def work() -> tuple[BaseModel | None, str]:
            if beside is not None:
                both = (self.booking_id, beside)
                await store.lock_in_order(self.session, *both, seen_by=self.by)
            booking = await booking_to_change(self.session, self.booking_id, by=self.by)
            seen = _BESIDE_THE_VERSION.sub("", self.if_match) if self.if_match else self.if_match
            must_match(seen, version=booking.version)
            await change(booking)
            tag = etag_of(booking.version)
            if not is_shown:
                return None, tag
            return await shown(self.session, booking, to=self.by, at=self.at), tag

        return await self.once(work, status=200 if is_shown else 204)


async def _change(
    booking_id: UUID, session: Session, me: Me, now: Now, once: Once, if_match: IfMatch = None
) -> ChangeOnce:
    return ChangeOnce(session, booking_id, by=me, at=now, once=once, if_match=if_match)


Change = Annotated[ChangeOnce, Depends(_change, scope="function")]
