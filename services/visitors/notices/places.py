"""Where a visitor is to go, as the mail and the calendar say it.

One rule: nothing is said that may be wrong: a room only where a booking has it, a building only
where all that the visitor may enter is in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.notices import store
from services.visitors.notices.domain import Particulars
from services.visitors.surroundings import surroundings_of
from shared.events.directory import Language
from shared.events.premises import Names, ZoneKind

SEPARATOR: dict[Language, str] = {"fr": ", ", "ar": "\u060c ", "en": ", "}
_WIDE = (ZoneKind.BUILDING, ZoneKind.PARK)


@dataclass(frozen=True)
class Place:
    """From the narrowest to the widest, by name; and where in the town that is."""

    names: tuple[Names, ...] = ()
    address: str | None = None
    address_ar: str | None = None

    def parts(self, language: Language) -> list[str]:
        """Each by itself, for a reader of that language."""
        address = self.address_ar or self.address if language == "ar" else self.address
        found = [getattr(each, language) for each in self.names]
        return [*found, address] if address else found

    def line(self, language: Language) -> str:
        """All of it; empty where nothing is known."""
        return SEPARATOR[language].join(self.parts(language))


NOWHERE = Place()


async def place_of(session: AsyncSession, says: Particulars) -> Place:
    """As it is called now."""
    around = surroundings_of(session)
    asked = says.zone_ids if says.room_zone_id is None else (says.room_zone_id,)
    found = await store.zones_upwards(session, asked)
    names = _names([found.get(each, []) for each in asked], room=says.room_zone_id is not None)
    return Place(names, around.site_address, around.site_address_ar)


def _names(paths: list[list[store.ZoneOnTheWay]], *, room: bool) -> tuple[Names, ...]:
    """`room`: there is one path, and it begins with the room."""
    if not paths:
        return ()
    shared = set.intersection(*({zone.zone_id for zone in path} for path in paths))
    return tuple(
        zone.names
        for place, zone in enumerate(paths[0])
        if zone.zone_id in shared and (zone.kind in _WIDE or (room and place == 0))
    )
