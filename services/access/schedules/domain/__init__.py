"""The rules of schedules: hours, schedules, special days and the holidays among them."""

from services.access.schedules.domain.hours import Hours, SpecialDays, Stretch, Weekday
from services.access.schedules.domain.schedule import (
    PARK,
    NoSuchSchedule,
    Schedule,
    ScheduleCodeTaken,
    ScheduleInUse,
    ScheduleOfAnotherTenant,
)
from services.access.schedules.domain.special_days import (
    DayOfAnotherGroup,
    NoSuchSpecialDay,
    NoSuchSpecialDayGroup,
    SpecialDay,
    SpecialDayGroup,
    SpecialDayGroupCodeTaken,
    SpecialDayStatus,
)

__all__ = [
    "PARK",
    "DayOfAnotherGroup",
    "Hours",
    "NoSuchSchedule",
    "NoSuchSpecialDay",
    "NoSuchSpecialDayGroup",
    "Schedule",
    "ScheduleCodeTaken",
    "ScheduleInUse",
    "ScheduleOfAnotherTenant",
    "SpecialDay",
    "SpecialDayGroup",
    "SpecialDayGroupCodeTaken",
    "SpecialDayStatus",
    "SpecialDays",
    "Stretch",
    "Weekday",
]
