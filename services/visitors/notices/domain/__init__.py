"""Notices (`notices`) and where a tenant wants to read some of them beside its mails (`channels`).

Pure rules: no session, no network; callers pass in the time.
"""

from services.visitors.notices.domain.channels import (
    MOST_CHANNELS,
    ChannelAddressNeeded,
    ChannelNotAllowed,
    NoSuchChannel,
    NoticeChannel,
    TooManyChannels,
)
from services.visitors.notices.domain.notices import (
    CALLS,
    GIVE_UP_AFTER,
    MESSAGE_STALE_AFTER,
    TO_VISITOR,
    WITH_PASS,
    Became,
    Day,
    Notice,
    NoticeAttempt,
    NoticeKind,
    NoticeStatus,
    Outcome,
    Particulars,
    Reader,
    Recurring,
    pause_after,
    reader_of,
)
from services.visitors.notices.domain.vendors import Vendor

__all__ = [
    "CALLS",
    "GIVE_UP_AFTER",
    "MESSAGE_STALE_AFTER",
    "MOST_CHANNELS",
    "TO_VISITOR",
    "WITH_PASS",
    "Became",
    "ChannelAddressNeeded",
    "ChannelNotAllowed",
    "Day",
    "NoSuchChannel",
    "Notice",
    "NoticeAttempt",
    "NoticeChannel",
    "NoticeKind",
    "NoticeStatus",
    "Outcome",
    "Particulars",
    "Reader",
    "Recurring",
    "TooManyChannels",
    "Vendor",
    "pause_after",
    "reader_of",
]
