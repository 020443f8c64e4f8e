"""PINs: four to eight digits that only their holder knows, and one more for when they are forced.

Pure rules. One rule: a PIN is never kept, said or compared but as argon2id of its HMAC-SHA256 under
a key that lies in a file (the *pepper*), so that neither a copy of the database nor the key alone
allows any guess, and one guess costs `COST`. Both PINs of a person are hashed under one salt: one
computation tells all, in the same time for a right, a wrong and a forced one.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from uuid import UUID

from argon2 import extract_parameters
from argon2.low_level import Type, hash_secret
from sqlmodel import Field

from services.access.database import UTC_TIME, AccessTable
from shared.errors import Conflict, Malformed, NotFound

WRONG_ONES = 3
"""So many wrong entries in a row lock a PIN."""

MEMORY_KIB, PASSES, LANES = 19_456, 2, 1
"""The cost: 19 MiB, twice (OWASP's recommendation for argon2id). 18 ms of one core where a decision
takes 0.3 ms; measured on a shared 2-core machine of 2026, median of eight.
"""
_SALT_BYTES, _DIGEST_BYTES = 16, 32


class PinVerdict(StrEnum):
    """What became of an entry. Only this is kept of it."""

    RIGHT = "right"
    WRONG = "wrong"
    DURESS = "duress"
    """The holder is forced: it opens like the right one, and security is told silently."""
    LOCKED = "locked"
    NONE = "none"
    """The person has no PIN."""


class PinTooSimple(Malformed):
    """This PIN is too easy to guess; avoid repeated digits and runs like 1234."""


class DuressPinTooClose(Malformed):
    """The duress PIN must not be one slip of a finger away from the other PIN; choose another."""


class PinIsLocked(Conflict):
    """This PIN is locked after three wrong entries; ask security or your tenant's admin."""


class PinIsNotLocked(Conflict):
    """This PIN is not locked."""


class NoSuchPin(NotFound):
    """This person has no PIN."""


class Pin(AccessTable, table=True):
    """A person's PIN, as digests."""

    __tablename__ = "pins"

    person_id: UUID = Field(primary_key=True, foreign_key="people.person_id")
    digest: str
    duress_digest: str | None = None
    wrong_count: int = 0
    locked_at: datetime | None = Field(default=None, sa_type=UTC_TIME)
    set_at: datetime = Field(sa_type=UTC_TIME)


def must_be_good(pin: str, duress_pin: str | None) -> None:
    """Raises `PinTooSimple`, `DuressPinTooClose`."""
    if is_simple(pin) or (duress_pin is not None and is_simple(duress_pin)):
        raise PinTooSimple
    if duress_pin is not None and is_a_slip_away(pin, duress_pin):
        raise DuressPinTooClose


def is_simple(pin: str) -> bool:
    """One block of digits repeated (0000, 1212, 123123), or a run up or down (1234, 8901, 4321)."""
    repeats = any(
        pin == pin[:size] * (len(pin) // size)
        for size in range(1, len(pin) // 2 + 1)
        if len(pin) % size == 0
    )
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    return repeats or steps in ({1}, {9})


def is_a_slip_away(one: str, other: str) -> bool:
    """The same but for one digit wrong, missing or too many, or two neighbours exchanged."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    if len(short) < len(long):
        return any(long[:place] + long[place + 1 :] == short for place in range(len(long)))
    differing = [place for place, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(differing) < 2:
        return True
    first, second = differing[0], differing[1]
    is_exchanged = one[first] == other[second] and one[second] == other[first]
    return len(differing) == 2 and second == first + 1 and is_exchanged


def digests_of(pin: str, duress_pin: str | None, *, pepper: bytes) -> tuple[str, str | None]:
    """What is kept of both, in the form `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. Takes a core for
    the cost of each.
    """
    salt = secrets.token_bytes(_SALT_BYTES)
    cost = (PASSES, MEMORY_KIB, LANES, _DIGEST_BYTES)
    digest = _hashed(pin, pepper, salt, cost)
    return digest, None if duress_pin is None else _hashed(duress_pin, pepper, salt, cost)


def verdict_of(
    entered: str, *, digest: str, duress_digest: str | None, peppers: Sequence[bytes]
) -> PinVerdict:
    """`right`, `wrong` or `duress`, by whichever pepper the digests were made with. Pure, takes a
    core for the cost of each pepper: run it in threads.
    """
    used = extract_parameters(digest)
    cost = (used.time_cost, used.memory_cost, used.parallelism, used.hash_len)
    found = [_hashed(entered, pepper, _salt_of(digest), cost) for pepper in peppers]
    if any(hmac.compare_digest(each, digest) for each in found):
        return PinVerdict.RIGHT
    is_forced = any(hmac.compare_digest(each, duress_digest or "") for each in found)
    return PinVerdict.DURESS if is_forced else PinVerdict.WRONG


def _hashed(pin: str, pepper: bytes, salt: bytes, cost: tuple[int, int, int, int]) -> str:
    peppered = hmac.digest(pepper, pin.encode(errors="surrogatepass"), "sha256")
    passes, memory, lanes, size = cost
    return hash_secret(peppered, salt, passes, memory, lanes, size, Type.ID).decode()


def _salt_of(digest: str) -> bytes:
    text = digest.split("$")[4]
    return base64.b64decode(text + "=" * (-len(text) % 4))
