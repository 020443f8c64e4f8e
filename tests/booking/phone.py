"""A phone that keeps somebody's bookings: it reads the list once, and then only what changed."""

from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.booking.park import Park

FROM_THE_FIRST = "2000-01-01T00:00:00Z"


@dataclass
class Phone:
    """What it keeps, and what it asks `since` the next time."""

    park: Park
    email: str = "amal@acme.example"
    limit: int = 50
    kept: dict[str, Any] = field(default_factory=dict)
    sync: str | None = None
    gone: dict[str, str | None] = field(default_factory=dict)
    """What it was told to forget, and why."""
    offers: dict[str, Any] = field(default_factory=dict)

    async def ask(self, **params: Any) -> httpx.Response:
        return await self.park.http.get(
            "/v1/bookings",
            params={"limit": self.limit, **params},
            headers=self.park.as_(self.email),
        )

    async def read_all(self) -> None:
        self.kept, self.offers = {}, {}
        await self._follow({"from": FROM_THE_FIRST})

    async def read_what_changed(self) -> None:
        assert self.sync is not None
        await self._follow({"since": self.sync})

    async def _follow(self, params: dict[str, Any]) -> None:
        cursor: str | None = None
        while True:
            answer = await self.ask(**params, **({"cursor": cursor} if cursor else {}))
            assert answer.status_code == 200, answer.text
            page = answer.json()
            self.kept |= {one["booking_id"]: one for one in page["items"]}
            self.offers |= {one["hold_id"]: one for one in page["offers"]}
            for one in [*page["items"], *page["gone"]]:
                self.offers.pop(one["booking_id"], None)
            for one in page["gone"]:
                self.kept.pop(one["booking_id"], None)
                self.gone[one["booking_id"]] = one["status"]
            cursor, self.sync = page["next"], page["sync"]
            if cursor is None:
                assert self.sync is not None
                return
            assert self.sync is None
