"""The rules of rooms: what they are made of, when they are open, whom they are for."""

from services.booking.rooms.domain.audience import RUN_THE_PARK, Approval, ApprovedBy, Audience
from services.booking.rooms.domain.bookable import AT_ONCE, BookableRoom, Extra
from services.booking.rooms.domain.catalogue import Catalogue
from services.booking.rooms.domain.closures import Closure, OverriddenBy, StandingClosure
from services.booking.rooms.domain.hours import ALWAYS, DatedHours, Hours, Stretch, Week, week_of
from services.booking.rooms.domain.refusals import (
    ClosureStands,
    NoSuchLayout,
    NoSuchRoom,
    NotBookable,
    NoticeTooShort,
    NotYoursToBook,
    RoomClosed,
    RoomCodeTaken,
    RoomTooSmall,
    ZoneEvacuated,
    ZoneLockedDown,
    ZoneNotYetKnown,
)
from services.booking.rooms.domain.room import USUAL_RELEASE, Room, RoomSpace, Space
from services.booking.rooms.domain.surroundings import (
    Emergency,
    KnownController,
    KnownEmergency,
    KnownSpecialDay,
    KnownZone,
)

__all__ = [
    "ALWAYS",
    "AT_ONCE",
    "RUN_THE_PARK",
    "USUAL_RELEASE",
    "Approval",
    "ApprovedBy",
    "Audience",
    "BookableRoom",
    "Catalogue",
    "Closure",
    "ClosureStands",
    "DatedHours",
    "Emergency",
    "Extra",
    "Hours",
    "KnownController",
    "KnownEmergency",
    "KnownSpecialDay",
    "KnownZone",
    "NoSuchLayout",
    "NoSuchRoom",
    "NotBookable",
    "NotYoursToBook",
    "NoticeTooShort",
    "OverriddenBy",
    "Room",
    "RoomClosed",
    "RoomCodeTaken",
    "RoomSpace",
    "RoomTooSmall",
    "Space",
    "StandingClosure",
    "Stretch",
    "Week",
    "ZoneEvacuated",
    "ZoneLockedDown",
    "ZoneNotYetKnown",
    "week_of",
]
