"""What a decision may say: its outcome, its one coded reason, and what else is to be known.

Each reason has its word in BACnet (ASHRAE 135, BACnetAccessEvent) and, for a denial, in ONVIF
(Access Control Service Specification, `Reason` of `AccessControl/Denied`); see `standards`.
"""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """What a decision says."""

    GRANTED = "granted"
    DENIED = "denied"


class Reason(StrEnum):
    """Why. Each decision has exactly one."""

    RIGHT = "right"
    WAY_OUT = "way_out"
    UNKNOWN_CREDENTIAL = "unknown_credential"
    BAD_READ = "bad_read"
    AMBIGUOUS_CREDENTIAL = "ambiguous_credential"
    CREDENTIAL_NOT_ACTIVE = "credential_not_active"
    CREDENTIAL_NOT_YET_VALID = "credential_not_yet_valid"
    CREDENTIAL_EXPIRED = "credential_expired"
    HOLDER_DELISTED = "holder_delisted"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    NO_RIGHT = "no_right"
    NOT_CHECKED_IN = "not_checked_in"
    PASS_ENDED = "pass_ended"  # noqa: S105 - a reason, no secret
    PASS_ALREADY_INSIDE = "pass_already_inside"  # noqa: S105 - likewise


class Flag(StrEnum):
    """What else is to be known of a decision; of a way out also the reason that objected."""

    CLOCK_OFF = "clock_off"
    """The controller's clock and ours differ by more than a minute."""
    WRONG_EPOCH = "wrong_epoch"
    SEQUENCE_USED = "sequence_used"
    """Of a way out: another read had that number before."""
