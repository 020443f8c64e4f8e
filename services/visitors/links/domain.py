"""A link of a mail: signed, for one visit and one purpose, and worth nothing once that is over.

Pure rules: no session, no clock. Whoever holds the link may do what it says, so it goes into the
mail and nowhere else. What was altered is known before anybody looks for a visit.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from uuid import UUID

from shared.errors import NotFound

_MAC = "sha256"
_MAC_BYTES = 32
_CONTEXT = b"parvis link 1\x00"
"""What this key signs nothing else under."""


class NoSuchLink(NotFound):
    """This link is not valid, or not any more."""


class Purpose(IntEnum):
    """What its reader can do; the numbers are in mails that were sent, so they stay."""

    SAY_LATE = 1
    SAY_NOT_COMING = 2
    SHOW_PASS = 3
    MOVE = 4
    COMING = 5
    DECIDE = 6
    SHOW_REQUEST = 7
    """To the tenant's desk, where an admin decides: who reads its mails is not known."""


TO_HOST = frozenset({Purpose.MOVE, Purpose.COMING, Purpose.DECIDE})


@dataclass(frozen=True)
class Link:
    """What a link says."""

    purpose: Purpose
    visit_id: UUID
    bound_to: bytes
    """To the visitor's pass by its rotation, to the host, or to the tenant: another pass, another
    host, and the link is worth nothing.
    """

    @classmethod
    def of_visitor(cls, purpose: Purpose, visit_id: UUID, *, pass_rotation: int) -> Link:
        return cls(purpose, visit_id, pass_rotation.to_bytes(4, "big"))

    @classmethod
    def of_host(cls, purpose: Purpose, visit_id: UUID, *, host_id: UUID) -> Link:
        return cls(purpose, visit_id, host_id.bytes)

    @classmethod
    def of_tenant(cls, purpose: Purpose, visit_id: UUID, *, tenant_id: UUID) -> Link:
        return cls(purpose, visit_id, tenant_id.bytes)

    def token(self, key: bytes) -> str:
        """Purpose ‖ visit id ‖ what it is bound to ‖ HMAC-SHA256, in base64url (RFC 4648, 5)."""
        says = bytes([self.purpose]) + self.visit_id.bytes + self.bound_to
        return _written(says + _mac(says, key))


def read_link(token: str, keys: Sequence[bytes]) -> Link:
    """The link behind a token. Raises `NoSuchLink` for all that none of these keys has signed."""
    try:
        whole = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise NoSuchLink from None
    says, mac = whole[:-_MAC_BYTES], whole[-_MAC_BYTES:]
    is_ours = any(hmac.compare_digest(mac, _mac(says, key)) for key in keys)
    if not is_ours or _written(whole) != token:
        raise NoSuchLink
    return Link(Purpose(says[0]), UUID(bytes=says[1:17]), says[17:])


@dataclass(frozen=True)
class Links:
    """Makes the addresses of links."""

    base_url: str
    key: bytes

    def to(self, link: Link) -> str:
        return f"{self.base_url}/v1/links/{link.token(self.key)}"

    def of_visitor(self, visit_id: UUID, *, pass_rotation: int) -> dict[str, str]:
        """Those in a visitor's mail, by the name under which a letter knows them."""
        purposes = {
            "link_late": Purpose.SAY_LATE,
            "link_not_coming": Purpose.SAY_NOT_COMING,
            "link_pass": Purpose.SHOW_PASS,
        }
        return {
            name: self.to(Link.of_visitor(purpose, visit_id, pass_rotation=pass_rotation))
            for name, purpose in purposes.items()
        }

    def of_series(self, series_id: UUID, *, pass_rotation: int) -> dict[str, str]:
        """Those in the mail of a series: what is said of one day would be said of another by a
        second click, so the pass alone.
        """
        link = Link.of_visitor(Purpose.SHOW_PASS, series_id, pass_rotation=pass_rotation)
        return {"link_pass": self.to(link)}

    def of_host(self, visit_id: UUID, *, host_id: UUID) -> dict[str, str]:
        """Those in a host's mail, or a co-host's."""
        purposes = {
            "link_move": Purpose.MOVE,
            "link_coming": Purpose.COMING,
            "link_decide": Purpose.DECIDE,
        }
        return {
            name: self.to(Link.of_host(purpose, visit_id, host_id=host_id))
            for name, purpose in purposes.items()
        }

    def of_tenant(self, visit_id: UUID, *, tenant_id: UUID) -> dict[str, str]:
        """That in a mail to the tenant's desk: it shows, and does nothing."""
        link = Link.of_tenant(Purpose.SHOW_REQUEST, visit_id, tenant_id=tenant_id)
        return {"link_request": self.to(link)}


def _mac(says: bytes, key: bytes) -> bytes:
    return hmac.digest(key, _CONTEXT + says, _MAC)


def _written(whole: bytes) -> str:
    return base64.urlsafe_b64encode(whole).decode().rstrip("=")
