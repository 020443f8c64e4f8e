"""What a decision may say: its outcome, its one coded reason, and what else is to be known.

What each reason is called in BACnet and in ONVIF, `standards` says.
"""

from __future__ import annotations

from enum import StrEnum

from services.access.credentials.domain import BadgeStatus


class Outcome(StrEnum):
    """What a decision says."""

    GRANTED = "granted"
    DENIED = "denied"


class Reason(StrEnum):
    """Why. Each decision has exactly one."""

    RIGHT = "right"
    WAY_OUT = "way_out"
    UNLOCKED = "unlocked"
    """The door stands unlocked: whoever reads may pass, as may whoever does not."""
    EVACUATION = "evacuation"
    """The zone is evacuated and its doors are released."""

    UNKNOWN_CREDENTIAL = "unknown_credential"
    BAD_READ = "bad_read"
    AMBIGUOUS_CREDENTIAL = "ambiguous_credential"
    CREDENTIAL_LOST = "credential_lost"
    CREDENTIAL_STOLEN = "credential_stolen"
    CREDENTIAL_DAMAGED = "credential_damaged"
    CREDENTIAL_INACTIVE = "credential_inactive"
    CREDENTIAL_RETURNED = "credential_returned"
    CREDENTIAL_BLOCKED = "credential_blocked"
    CREDENTIAL_NOT_YET_VALID = "credential_not_yet_valid"
    CREDENTIAL_EXPIRED = "credential_expired"
    HOLDER_DELISTED = "holder_delisted"

    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    NO_RIGHT = "no_right"
    OUTSIDE_SCHEDULE = "outside_schedule"
    OUTSIDE_CEILING = "outside_ceiling"
    """The tenant granted it; the landlord's ceiling does not reach so far."""

    NOT_CHECKED_IN = "not_checked_in"
    PASS_ENDED = "pass_ended"  # noqa: S105 - a reason, no secret
    PASS_ALREADY_INSIDE = "pass_already_inside"  # noqa: S105 - likewise

    LOCKED_DOWN = "locked_down"
    DOOR_LOCKED = "door_locked"
    PIN_REQUIRED = "pin_required"
    PIN_WRONG = "pin_wrong"
    PIN_LOCKED = "pin_locked"

    PASSBACK = "passback"
    """The holder is inside already, for all that is known."""
    ZONE_FULL = "zone_full"
    SECOND_PERSON_NEEDED = "second_person_needed"
    ESCORT_NEEDED = "escort_needed"

    @property
    def outcome(self) -> Outcome:
        """What a decision for this reason says."""
        granting = (Reason.RIGHT, Reason.WAY_OUT, Reason.UNLOCKED, Reason.EVACUATION)
        return Outcome.GRANTED if self in granting else Outcome.DENIED


class Flag(StrEnum):
    """What else is to be known of a decision. What objected to a way that is open all the same is
    flagged by its reason.
    """

    CLOCK_OFF = "clock_off"
    """The controller's clock and ours differ by more than a minute."""
    WRONG_EPOCH = "wrong_epoch"
    SEQUENCE_USED = "sequence_used"
    """Of a way out: another read had that number before."""


REASON_OF_STATUS = {
    BadgeStatus.INACTIVE: Reason.CREDENTIAL_INACTIVE,
    BadgeStatus.LOST: Reason.CREDENTIAL_LOST,
    BadgeStatus.STOLEN: Reason.CREDENTIAL_STOLEN,
    BadgeStatus.DAMAGED: Reason.CREDENTIAL_DAMAGED,
    BadgeStatus.EXPIRED: Reason.CREDENTIAL_EXPIRED,
    BadgeStatus.RETURNED: Reason.CREDENTIAL_RETURNED,
    BadgeStatus.BLOCKED: Reason.CREDENTIAL_BLOCKED,
    BadgeStatus.HOLDER_LEFT: Reason.HOLDER_DELISTED,
}
"""Why a badge that is not active opens no way in."""
