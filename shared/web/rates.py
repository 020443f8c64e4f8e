"""How often one caller may ask, so that nobody takes the service from the others, or guesses codes.

One rule: a door never waits for this. What controllers ask is not counted, and a read at a door is
answered before anything here is asked. Counted are signed-in people, each by themselves, and by
address all who show nothing that is accepted: links in mails, and tokens that are tried.

Each process counts for itself, in memory.
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Collection
from dataclasses import dataclass

from prometheus_client import Counter
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send
from throttled import MemoryStore, RateLimiterType, Throttled, per_min

from shared.errors import NotSignedIn, Refusal, TryLater
from shared.identity.listed import SignInClaims
from shared.web.ground import Ground
from shared.web.problems import problem

MOST_REMEMBERED = 65_536
"""Beyond so many whoever asked longest ago is forgotten."""
UNCOUNTED = ("/health", "/metrics")


class TooManyRequests(Refusal):
    """You ask too often; wait {seconds} seconds, then go on."""


@dataclass(frozen=True)
class Waits:
    """Somebody is to wait."""

    seconds: float
    whom: str


class Rate:
    """So many requests a minute each; as many at once after a minute of quiet. 0: without end."""

    def __init__(self, name: str, a_minute: int) -> None:
        self.name = name
        self._meter = a_minute and Throttled(
            using=RateLimiterType.GCRA.value,
            quota=per_min(a_minute, burst=a_minute),
            store=MemoryStore(options={"MAX_SIZE": MOST_REMEMBERED}),
        )

    def wait(self, who: str) -> Waits | None:
        """Counts one request of theirs, unless they are to wait."""
        if not self._meter:
            return None
        result = self._meter.limit(who)
        return Waits(result.state.retry_after, self.name) if result.limited else None


class Rates:
    """ASGI middleware around one service. `codes` are the paths at which a short code can be tried;
    with `knows_devices`, whoever shows a device key instead of a token is not counted.
    """

    def __init__(
        self, app: ASGIApp, *, ground: Ground, codes: Collection[str], knows_devices: bool
    ) -> None:
        settings = ground.settings
        self._app, self._ground = app, ground
        self._codes, self._knows_devices = tuple(codes), knows_devices
        self._callers = Rate("callers", settings.caller_requests_a_minute)
        self._strangers = Rate("strangers", settings.stranger_requests_a_minute)
        self._tries = Rate("codes", settings.codes_a_minute)
        self._told = Counter(
            "parvis_http_told_to_wait_total",
            "Requests refused since their caller asks too often.",
            ("whom",),
            registry=ground.registry,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        waits = await self._wait(scope) if scope["type"] == "http" else None
        if waits is None:
            await self._app(scope, receive, send)
            return
        self._told.labels(waits.whom).inc()
        seconds = math.ceil(waits.seconds)
        answer = problem(Request(scope), TooManyRequests(seconds=seconds), status=429)
        answer.headers["retry-after"] = str(seconds)
        await answer(scope, receive, send)

    async def _wait(self, scope: Scope) -> Waits | None:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if path.startswith(UNCOUNTED):
            return None
        shown = {name: value for name, value in scope["headers"] if name in _SHOWN}
        token = shown.get(b"authorization")
        if self._knows_devices and token is None and b"x-device-key" in shown:
            return None
        try:
            claims = await self._claims(token)
        except TryLater:  # nobody can be known at the moment, and is told so further on
            return None
        if claims is None:
            return self._strangers.wait(place_of(scope))
        who = claims.subject
        if self._codes and path.startswith(self._codes):
            return self._tries.wait(who) or self._callers.wait(who)
        return self._callers.wait(who)

    async def _claims(self, authorization: bytes | None) -> SignInClaims | None:
        """Who signs in by it; None for whom nothing proves."""
        kind, _, token = (authorization or b"").partition(b" ")
        if kind.lower() != b"bearer":
            return None
        try:
            return await self._ground.verifier.claims(token.decode("latin-1"))
        except NotSignedIn:
            return None


_SHOWN = {b"authorization", b"x-device-key"}


def place_of(scope: Scope) -> str:
    """The address it comes from; of IPv6 the network of 64 bits that one customer has. IPv4 that is
    written as IPv6 is that of IPv4.
    """
    host = str((scope.get("client") or ("unknown", 0))[0])
    if ":" not in host:
        return host
    try:
        address = ipaddress.IPv6Address(host.partition("%")[0])
    except ValueError:
        return host
    return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
