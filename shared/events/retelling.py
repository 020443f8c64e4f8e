"""A service has announced again all that lives with it: what the announcement of that end says."""

from uuid import UUID

from shared.events.base import Event, Facts


class Told(Facts):
    """How many facts went out under one name."""

    name: str
    count: int


class RetellingFacts(Facts):
    """One run of announcing all again. Its events bear ids that follow one another from `run_id`,
    so that a reader can tell whether it has them all.
    """

    run_id: UUID
    floor: int
    """The sequence that each of its facts has at least; whatever a reader knows of that service
    below it, the service knows no more.
    """
    told: tuple[Told, ...]


class AnnouncedAgain(Event, is_personal=False):
    """All that lives was announced again; each owner says so under a name of its own."""

    retelling: RetellingFacts

    @property
    def subject(self) -> str:
        return f"retelling/{self.name.split('.')[0]}"


class AccessAnnouncedAgain(AnnouncedAgain, name="access.announced_again.v1"):
    """All tenants, people, zones, special days and emergencies that stand were announced again."""


class VisitsAnnouncedAgain(AnnouncedAgain, name="visit.announced_again.v1"):
    """All visits that are not over were announced again."""


class BookingsAnnouncedAgain(AnnouncedAgain, name="booking.announced_again.v1"):
    """All bookings that hold a room were announced again."""


END_OF_RETELLING: dict[str, type[AnnouncedAgain]] = {
    "access": AccessAnnouncedAgain,
    "visitors": VisitsAnnouncedAgain,
    "booking": BookingsAnnouncedAgain,
}
"""Service -> how it says that it has announced all again."""
