"""One's own bookings over HTTP: the list, and what has changed of it since.

A client reads the list to its end, keeps the `sync` of the last page, and from then on asks `since`
that; each answer ends with the next one.
"""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from services.booking.bookings import store
from services.booking.bookings.domain import Booking, Mark, Standing
from services.booking.bookings.held import HoldView, hold_view
from services.booking.bookings.views import BookingView, booking_view
from services.booking.links import link_of_booking
from shared.identity.listed import Person
from shared.snapshots import this_moment
from shared.web import Cursor, Page, PageRequest, page_of

STANDS = (Standing.REQUESTED, Standing.CONFIRMED, Standing.CHECKED_IN, Standing.ENDED)
"""What a list shows unless it is asked for something else."""


class Gone(BaseModel):
    """A booking, or an offer, to be forgotten: it no longer stands, or is not yours any more."""

    booking_id: UUID
    status: Standing | None
    """How it ended; null where it is not yours to see any more."""


class MyBookings(Page[BookingView]):
    """Bookings in full. Merge `items` by their id, and drop what is `gone`."""

    offers: list[HoldView] = Field(default_factory=list)
    """What is kept for you because you waited for it: book it by `POST /v1/bookings` with its
    `hold_id`. On the last page of the list all of them; in answer to `since` those that are new.
    An offer is over when its id comes among `items`, as your booking, or `gone`."""
    gone: list[Gone] = Field(default_factory=list)
    """Only in answer to `since`."""
    sync: str | None = None
    """On the last page: what to ask `since` the next time."""

    def tag(self) -> str:
        """What is shown, without the tokens, which are others each time."""
        shown = self.model_dump_json(exclude={"next", "sync"})
        return sha256(f"{shown} {self.next is None}".encode()).hexdigest()[:16]


class Reader:
    """Who reads, and when."""

    def __init__(self, session: AsyncSession, me: Person, *, at: datetime) -> None:
        self._session, self._me, self._at = session, me, at

    def token(self, mark: Mark) -> str:
        return Cursor((mark.epoch, mark.snapshot)).seal(self._bound_to)

    async def listed(
        self,
        asked: PageRequest,
        *,
        between: tuple[datetime, datetime],
        standing: tuple[Standing, ...],
        filters: str,
    ) -> MyBookings:
        """A page of the list, by start."""
        bound_to = f"bookings {self._me.person_id} {filters}"
        cursor = asked.after(bound_to=bound_to, types=[datetime.fromisoformat, UUID, str, str])
        mark = Mark(*cursor.key[2:]) if cursor else await this_moment(self._session)
        rows = await store.bookings_of(
            self._session,
            self._me,
            between=between,
            standing=standing,
            at=self._at,
            after=(cursor.key[0], cursor.key[1]) if cursor else None,
            limit=asked.limit,
        )
        views = await self._views(rows)
        page = page_of(
            rows,
            asked=asked,
            bound_to=bound_to,
            key=lambda row: (row.starts_at.isoformat(), row.id, mark.epoch, mark.snapshot),
            view=lambda row: views[row.id],
        )
        offers = [] if page.next else await self._offers()
        shown = MyBookings(items=page.items, offers=offers, next=page.next)
        return self._to_be_synced(shown, mark)

    async def changed(self, since: str, asked: PageRequest) -> MyBookings:
        """A page of what has changed, by id. Raises `SyncTokenTooOld`, `BadCursor`."""
        seen = Mark(*Cursor.open(since, bound_to=self._bound_to, types=[str, str]).key)
        bound_to = f"{self._bound_to} {since}"
        cursor = asked.after(bound_to=bound_to, types=[UUID, str, str])
        ids, here = await store.changed_since(
            self._session,
            self._me,
            seen,
            after=cursor.key[0] if cursor else None,
            limit=asked.limit,
        )
        mark = Mark(*cursor.key[1:]) if cursor else here
        page = page_of(
            ids,
            asked=asked,
            bound_to=bound_to,
            key=lambda booking_id: (booking_id, mark.epoch, mark.snapshot),
            view=lambda booking_id: booking_id,
        )
        return self._to_be_synced(await self._what_became_of(page), mark)

    @property
    def _bound_to(self) -> str:
        return f"sync {self._me.person_id}"

    def _to_be_synced(self, page: MyBookings, mark: Mark) -> MyBookings:
        page.sync = None if page.next else self.token(mark)
        return page

    async def _what_became_of(self, page: Page[UUID]) -> MyBookings:
        """Read after the log, so perhaps newer than it says; then it is told once more."""
        found = await store.those_of(self._session, self._me, page.items)
        views = await self._views([row for row in found.values() if row.status in STANDS])
        others = [each for each in page.items if each not in views]
        offers = await self._offers(among=others) if others else []
        offered = {offer.hold_id for offer in offers}
        gone = [
            Gone(booking_id=each, status=found[each].status if each in found else None)
            for each in others
            if each not in offered
        ]
        items = [views[each] for each in page.items if each in views]
        return MyBookings(items=items, offers=offers, gone=gone, next=page.next)

    async def _offers(self, *, among: list[UUID] | None = None) -> list[HoldView]:
        held = await store.offers_of(self._session, self._me, at=self._at, among=among)
        return [hold_view(each, at=self._at) for each in held]

    async def _views(self, rows: list[Booking]) -> dict[UUID, BookingView]:
        visits = await store.visits_of_guests(self._session, [row.id for row in rows])
        return {
            row.id: booking_view(
                row,
                visits=visits,
                viewer=self._me,
                at=self._at,
                link=link_of_booking(self._session, row.id),
            )
            for row in rows
        }
