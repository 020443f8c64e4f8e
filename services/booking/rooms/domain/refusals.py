"""Why a room cannot be had, or kept, as somebody asks."""

from shared.errors import Conflict, NotAllowed, NotFound


class NoSuchRoom(NotFound):
    """There is no such room."""


class RoomCodeTaken(Conflict):
    """Another room has this code already."""


class ZoneNotYetKnown(Conflict):
    """The room's zone is not known here yet, so its door could not open; try again shortly."""


class NotBookable(Conflict):
    """This room is not open to bookings."""


class NotYoursToBook(NotAllowed):
    """You see this room, but only others may book it."""


class RoomTooSmall(Conflict):
    """This room has {capacity} seats, and you are {people}."""


class NoSuchLayout(Conflict):
    """This room cannot be set up like that: {layout}."""


class RoomClosed(Conflict):
    """The room is closed at that time."""


class ClosureStands(Conflict):
    """The room is closed at that time ({reason})."""


class NoticeTooShort(Conflict):
    """This room must be booked {minutes} minutes ahead."""


class ZoneLockedDown(Conflict):
    """This part of the park is locked down; nothing can be booked there for now."""


class ZoneEvacuated(Conflict):
    """This part of the park is being evacuated; nothing can be booked there for now."""
