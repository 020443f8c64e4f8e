"""How often one link is followed: up to so many times a minute, for each process by itself."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta

MOST_A_MINUTE = 30
MOST_LINKS = 10_000
MINUTE = timedelta(minutes=1)


class Pace:
    """Remembers the last minute of each link."""

    def __init__(self, most: int = MOST_A_MINUTE) -> None:
        self._most = most
        self._seen: dict[str, deque[datetime]] = {}

    def allows(self, link: str, *, at: datetime) -> bool:
        """Whether it may be followed once more now."""
        if len(self._seen) >= MOST_LINKS and link not in self._seen:
            self._forget(at)
        times = self._seen.setdefault(link, deque(maxlen=self._most))
        if len(times) == self._most and at - times[0] < MINUTE:
            return False
        times.append(at)
        return True

    def _forget(self, at: datetime) -> None:
        """What was not followed within the last minute; all, where that is nothing."""
        recent = {link: times for link, times in self._seen.items() if at - times[-1] < MINUTE}
        self._seen = recent if len(recent) < MOST_LINKS else {}
