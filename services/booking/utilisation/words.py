"""The words of a month's page; their French and Arabic are in `locales`."""

from enum import StrEnum


class Label(StrEnum):
    """What stands on the page, beside numbers and names."""

    TITLE = "Use of the rooms"
    WHOLE_PARK = "The whole park"
    YOUR_COMPANY = "Your company"
    MADE_ON = "Made on {moment}"
    TIMES_OF = "By the clock of {zone}"
    COUNTING = (
        "A booking counts in the month and the hour in which it starts; "
        "its hours are those that lie within the month."
    )
    BY_HOUR = "By hour of the day"
    BY_TENANT = "By company"
    BY_ROOM = "By room"
    HOUR = "Hour"
    TENANT = "Company"
    ROOM = "Room"
    BOOKINGS = "Bookings"
    OPEN_HOURS = "Hours open"
    BOOKED_HOURS = "Hours booked"
    USED_HOURS = "Hours used"
    BOOKED_SHARE = "Share booked"
    USED_SHARE = "Share used"
    NO_SHOWS = "No-shows"
    ENDED_EARLY = "Ended early"
    LONGEST_BAR = "The longest bar stands for {share} of the hours open."
    NOTHING = "Nothing was booked."
