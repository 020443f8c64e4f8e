"""Booking as its parts, for the commands, the embedded park and the tests."""

from datetime import UTC, datetime

import services.booking.bookings.reactions
import services.booking.directory.reactions
import services.booking.leavers.reactions
import services.booking.rooms.reactions  # noqa: F401 - declares the reactions, as the lines above
from services.booking.app import create_app
from services.booking.bookings.commands.again import tell_bookings_again
from services.booking.bookings.domain.offers import OFFER_KEY
from services.booking.bookings.reactions import CHECK_IN_LEAD
from services.booking.cli import REDERIVE
from services.booking.database import metadata
from services.booking.inbox import inbox, timers
from services.booking.kept import KEPT
from services.booking.links import BASE_URL
from services.booking.rooms.store import ROOMS, HeldCatalogue
from services.booking.settings import Settings
from services.booking.worker import loops
from shared.database import Database
from shared.directory import person_signing_in
from shared.messaging.retelling import Retelling
from shared.rebuilding import rebuild_command
from shared.service import Service
from shared.web.ground import Ground


class BookingParts(Service[Settings]):
    """Its transactions know which rooms there are, from when one may check in, and where people
    reach all this.
    """

    def ground(self, settings: Settings) -> Ground:
        ground = super().ground(settings)
        ground.database.info[CHECK_IN_LEAD] = settings.check_in_lead
        ground.database.info[BASE_URL] = settings.base_url.rstrip("/")
        ground.database.info[ROOMS] = HeldCatalogue(
            timezone=settings.timezone, links_begin=f"{ground.database.info[BASE_URL]}/v1/rooms/"
        )
        return ground


async def tell_all(database: Database, retelling: Retelling) -> None:
    """The latest facts of every booking that holds a room."""
    await tell_bookings_again(database, retelling, at=datetime.now(UTC))


SERVICE = BookingParts(
    name="booking",
    settings=Settings,
    metadata=metadata,
    inbox=inbox,
    timers=timers,
    directory=person_signing_in,
    create_app=create_app,
    tell_all=tell_all,
    loops=loops,
    commands=(REDERIVE, rebuild_command(KEPT)),
    keys=(OFFER_KEY,),
)
