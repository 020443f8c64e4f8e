"""Addresses that hold passwords, which are changed while processes run.

One rule: a file may hold several lines, newest first. Each new connection reads it again and tries
its lines in turn, going on to the next only where the server refuses user or password. What worked
last comes at the end, so that a file that is empty, half-written or gone breaks no running process.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import structlog

log = structlog.get_logger(__name__)

C = TypeVar("C")
Refused = type[Exception] | tuple[type[Exception], ...]


class WrongAddress(ValueError):
    """An address that cannot be meant; what is wrong is said without it, as it holds a password."""


class Addresses:
    """The ways to one server: one place, under passwords that differ.

    A line that leads elsewhere than the first ones is not followed: a half-written line is such a
    one, since the place stands behind the password.
    """

    def __init__(self, text: str, *, file: Path | None = None) -> None:
        """`file`: where the text was read and is read again.

        Raises `WrongAddress` where it holds no address, or those of several servers.
        """
        lines = _lines_of(text)
        if not lines:
            raise WrongAddress("it is empty")
        self._place = _place_of(lines[0])
        if any(_place_of(line) != self._place for line in lines):
            raise WrongAddress(
                "its lines must lead to one server, under one name, and differ in passwords"
            )
        self._first, self.file = lines, file
        self._worked: str | None = None

    @classmethod
    def of(cls, given: str | Addresses) -> Addresses:
        """The same, or those that a text holds."""
        return given if isinstance(given, Addresses) else cls(given)

    def __repr__(self) -> str:
        return f"<the addresses of {self._place[1]}>"

    @property
    def latest(self) -> str:
        """The one that let us in last, and before any did the newest."""
        return self._worked or self.lines()[0]

    def lines(self) -> list[str]:
        """As the file holds them now, newest first; those of the start where it holds none."""
        if self.file is None:
            return self._first
        try:
            text = self.file.read_text()
        except (OSError, ValueError):
            text = ""
        found = [line for line in _lines_of(text) if self._is_ours(line)]
        if not found:
            log.warning("address.unreadable", what=self.file.name)
        return found or self._first

    async def connect(self, to: Callable[[str], Awaitable[C]], *, refused: Refused) -> C:
        """A new connection, by the first line that the server lets in.

        Raises what `to` raises: one of `refused` only where all lines are refused.
        """
        refusal: Exception | None = None
        for number, url in enumerate(self._tries(), 1):
            try:
                connection = await to(url)
            except refused as error:
                what = self.file.name if self.file else "address"
                log.warning("address.refused", what=what, number=number, error=type(error).__name__)
                refusal = error
            else:
                self._worked = url
                return connection
        assert refusal is not None
        raise refusal

    def _tries(self) -> Iterator[str]:
        """Each line once, what the file has gained meanwhile too; where there are several, all once
        more: the password may have been changed after the new one was tried and before the old.
        """
        for _ in range(2):
            tried: list[str] = []
            while (url := self._next(tried)) is not None:
                tried.append(url)
                yield url
            if len(tried) == 1:
                return

    def _next(self, tried: list[str]) -> str | None:
        all_ = [*self.lines(), *([self._worked] if self._worked else [])]
        return next((url for url in all_ if url not in tried), None)

    def _is_ours(self, line: str) -> bool:
        try:
            return _place_of(line) == self._place
        except WrongAddress:
            return False


def _lines_of(text: str) -> list[str]:
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))


def _place_of(url: str) -> tuple[str, str, str | None]:
    """All but the password; and but the role at a database, as nobody knows a service by that."""
    try:
        parts = urlsplit(url)
        user = parts.username
    except ValueError:
        raise WrongAddress("signs like / : @ [ in a password are written as %2F…") from None
    where = f"{parts.netloc.rpartition('@')[2]}{parts.path}?{parts.query}"
    return parts.scheme, where, user if parts.scheme.startswith("amqp") else None
