"""What a decision is called in the field's own words, for panels and analysers of other makers.

BACnet: the BACnetAccessEvent of ANSI/ASHRAE 135 (clause 21), name and number. ONVIF: the topic of
the Access Control Service Specification (`tns1:AccessControl/…`), and for a denial one of its seven
values of `Reason`. Both are complete: each reason of ours has one of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from services.access.decisions.domain.reasons import Reason


class AccessEvent(IntEnum):
    """Those of BACnetAccessEvent that a decision can be."""

    GRANTED = 1
    DENIED_DENY_ALL = 128
    DENIED_UNKNOWN_CREDENTIAL = 129
    DENIED_AUTHENTICATION_FACTOR_TIMEOUT = 131
    DENIED_INCORRECT_AUTHENTICATION_FACTOR = 132
    DENIED_ZONE_NO_ACCESS_RIGHTS = 133
    DENIED_NO_ACCESS_RIGHTS = 135
    DENIED_OUT_OF_TIME_RANGE = 136
    DENIED_THREAT_LEVEL = 137
    DENIED_PASSBACK = 138
    DENIED_MAX_ATTEMPTS = 140
    DENIED_LOWER_OCCUPANCY_LIMIT = 141
    DENIED_UPPER_OCCUPANCY_LIMIT = 142
    DENIED_AUTHENTICATION_FACTOR_LOST = 143
    DENIED_AUTHENTICATION_FACTOR_STOLEN = 144
    DENIED_AUTHENTICATION_FACTOR_DAMAGED = 145
    DENIED_AUTHENTICATION_FACTOR_ERROR = 148
    DENIED_CREDENTIAL_UNASSIGNED = 149
    DENIED_CREDENTIAL_NOT_PROVISIONED = 150
    DENIED_CREDENTIAL_NOT_YET_ACTIVE = 151
    DENIED_CREDENTIAL_EXPIRED = 152
    DENIED_CREDENTIAL_MANUAL_DISABLE = 153
    DENIED_CREDENTIAL_MAX_USES = 156
    DENIED_CREDENTIAL_DISABLED = 158
    DENIED_NO_ACCOMPANIMENT = 159


class DenyReason(StrEnum):
    """The values of `Reason` in ONVIF's `AccessControl/Denied/…`."""

    CREDENTIAL_NOT_ENABLED = "CredentialNotEnabled"
    CREDENTIAL_NOT_ACTIVE = "CredentialNotActive"
    CREDENTIAL_EXPIRED = "CredentialExpired"
    INVALID_PIN = "InvalidPIN"
    NOT_PERMITTED_AT_THIS_TIME = "NotPermittedAtThisTime"
    UNAUTHORIZED = "Unauthorized"
    OTHER = "Other"


@dataclass(frozen=True, slots=True)
class InTheField:
    """One reason in both vocabularies."""

    bacnet: AccessEvent
    onvif: DenyReason | None
    """None for a grant."""

    @property
    def bacnet_name(self) -> str:
        """As ASN.1 writes it: `denied-passback`."""
        return self.bacnet.name.lower().replace("_", "-")


_E, _O = AccessEvent, DenyReason

IN_THE_FIELD: dict[Reason, InTheField] = {
    reason: InTheField(event, onvif)
    for reason, event, onvif in (
        (Reason.RIGHT, _E.GRANTED, None),
        (Reason.WAY_OUT, _E.GRANTED, None),
        (Reason.UNLOCKED, _E.GRANTED, None),
        (Reason.EVACUATION, _E.GRANTED, None),
        (Reason.UNKNOWN_CREDENTIAL, _E.DENIED_UNKNOWN_CREDENTIAL, _O.OTHER),
        (Reason.BAD_READ, _E.DENIED_AUTHENTICATION_FACTOR_ERROR, _O.OTHER),
        (Reason.AMBIGUOUS_CREDENTIAL, _E.DENIED_CREDENTIAL_NOT_PROVISIONED, _O.OTHER),
        (Reason.CREDENTIAL_LOST, _E.DENIED_AUTHENTICATION_FACTOR_LOST, _O.CREDENTIAL_NOT_ENABLED),
        (
            Reason.CREDENTIAL_STOLEN,
            _E.DENIED_AUTHENTICATION_FACTOR_STOLEN,
            _O.CREDENTIAL_NOT_ENABLED,
        ),
        (
            Reason.CREDENTIAL_DAMAGED,
            _E.DENIED_AUTHENTICATION_FACTOR_DAMAGED,
            _O.CREDENTIAL_NOT_ENABLED,
        ),
        (Reason.CREDENTIAL_INACTIVE, _E.DENIED_CREDENTIAL_DISABLED, _O.CREDENTIAL_NOT_ENABLED),
        (Reason.CREDENTIAL_RETURNED, _E.DENIED_CREDENTIAL_UNASSIGNED, _O.CREDENTIAL_NOT_ENABLED),
        (
            Reason.CREDENTIAL_BLOCKED,
            _E.DENIED_CREDENTIAL_MANUAL_DISABLE,
            _O.CREDENTIAL_NOT_ENABLED,
        ),
        (
            Reason.CREDENTIAL_NOT_YET_VALID,
            _E.DENIED_CREDENTIAL_NOT_YET_ACTIVE,
            _O.CREDENTIAL_NOT_ACTIVE,
        ),
        (Reason.CREDENTIAL_EXPIRED, _E.DENIED_CREDENTIAL_EXPIRED, _O.CREDENTIAL_EXPIRED),
        (Reason.HOLDER_DELISTED, _E.DENIED_CREDENTIAL_UNASSIGNED, _O.CREDENTIAL_NOT_ENABLED),
        (Reason.NOT_YET_VALID, _E.DENIED_OUT_OF_TIME_RANGE, _O.NOT_PERMITTED_AT_THIS_TIME),
        (Reason.EXPIRED, _E.DENIED_OUT_OF_TIME_RANGE, _O.NOT_PERMITTED_AT_THIS_TIME),
        (Reason.NO_RIGHT, _E.DENIED_NO_ACCESS_RIGHTS, _O.UNAUTHORIZED),
        (Reason.OUTSIDE_SCHEDULE, _E.DENIED_OUT_OF_TIME_RANGE, _O.NOT_PERMITTED_AT_THIS_TIME),
        (Reason.OUTSIDE_CEILING, _E.DENIED_ZONE_NO_ACCESS_RIGHTS, _O.UNAUTHORIZED),
        (Reason.NOT_CHECKED_IN, _E.DENIED_CREDENTIAL_NOT_PROVISIONED, _O.CREDENTIAL_NOT_ACTIVE),
        (Reason.PASS_ENDED, _E.DENIED_CREDENTIAL_DISABLED, _O.CREDENTIAL_NOT_ENABLED),
        (Reason.PASS_ALREADY_INSIDE, _E.DENIED_CREDENTIAL_MAX_USES, _O.OTHER),
        (Reason.LOCKED_DOWN, _E.DENIED_THREAT_LEVEL, _O.OTHER),
        (Reason.DOOR_LOCKED, _E.DENIED_DENY_ALL, _O.OTHER),
        (Reason.PIN_REQUIRED, _E.DENIED_AUTHENTICATION_FACTOR_TIMEOUT, _O.INVALID_PIN),
        (Reason.PIN_WRONG, _E.DENIED_INCORRECT_AUTHENTICATION_FACTOR, _O.INVALID_PIN),
        (Reason.PIN_LOCKED, _E.DENIED_MAX_ATTEMPTS, _O.INVALID_PIN),
        (Reason.PASSBACK, _E.DENIED_PASSBACK, _O.OTHER),
        (Reason.ZONE_FULL, _E.DENIED_UPPER_OCCUPANCY_LIMIT, _O.OTHER),
        (Reason.SECOND_PERSON_NEEDED, _E.DENIED_LOWER_OCCUPANCY_LIMIT, _O.OTHER),
        (Reason.ESCORT_NEEDED, _E.DENIED_NO_ACCOMPANIMENT, _O.OTHER),
    )
}
