"""The keys that the issuer publishes (RFC 7517), found by OpenID Connect Discovery.

One rule: whatever the issuer's address answers, slowly, hugely or in nonsense, costs a caller a few
seconds at most and never more than a refusal.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from functools import cache
from typing import Any

import httpx
import jwt
import structlog

from shared.errors import NotSignedIn, TryLater
from shared.settings import ServiceSettings

log = structlog.get_logger(__name__)

ALGORITHMS = {"RSA": "RS256", "EC": "ES256", "OKP": "EdDSA"}
"""The one algorithm that a key of each type may sign with."""
FETCH_SECONDS = 5.0
FETCH_AT_MOST_EVERY = 60.0
WITHOUT_KEYS_EVERY = 1.0
KEYS_ARE_FRESH_FOR = 600.0
LARGEST_DOCUMENT = 1024 * 1024
AS_IT_IS = {"accept": "application/json", "accept-encoding": "identity"}
"""Asked uncompressed, so that the limit is that of memory, too."""


class TokenNotAccepted(NotSignedIn):
    """This token is not accepted; sign in again."""


class KeysAway(TryLater):
    """The sign-in service's keys cannot be fetched at the moment; try again shortly."""


class IssuerKeys:
    """The issuer's keys by `kid`: cached, fetched anew at most once a minute for an unknown one.

    There is one fetch at a time; whoever needs its outcome waits for it.
    """

    def __init__(self, settings: ServiceSettings, *, patience: float = FETCH_SECONDS) -> None:
        """`patience`: seconds that a whole fetch may take."""
        self._patience = patience
        self._issuer = settings.oidc_issuer
        self._jwks_url = settings.jwks_url
        self._may_be_in_the_clear = settings.is_bound_to_loopback or settings.oidc_in_the_clear
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at = self._tried_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None

    @property
    def fresh_for(self) -> float:
        """Seconds from now until the keys are fetched anew; none where they should have been."""
        return max(0.0, KEYS_ARE_FRESH_FOR - (time.monotonic() - self._fetched_at))

    async def key(self, kid: str) -> jwt.PyJWK:
        """Raises `TokenNotAccepted` for a `kid` the issuer does not publish, `KeysAway` before any
        fetch.
        """
        if kid not in self._keys or not self.fresh_for:
            await self._fetched()
        if not self._keys:
            raise KeysAway
        try:
            return self._keys[kid]
        except KeyError:
            raise TokenNotAccepted from None

    async def _fetched(self) -> None:
        pause = FETCH_AT_MOST_EVERY if self._keys else WITHOUT_KEYS_EVERY
        if self._fetching is None and time.monotonic() - self._tried_at > pause:
            self._fetching = asyncio.create_task(self._fetch(), name="identity.fetch")
        if self._fetching is not None:
            await asyncio.shield(self._fetching)  # a caller who leaves takes it from nobody

    async def _fetch(self) -> None:
        self._tried_at = time.monotonic()
        try:
            self._keys = await self.published()
            self._fetched_at = self._tried_at
        except NO_KEYS as error:
            log.warning("identity.keys_not_fetched", error=type(error).__name__)
        finally:
            self._fetching = None

    async def published(self) -> dict[str, jwt.PyJWK]:
        """The keys as they are published at this moment, by `kid`. Raises one of `NO_KEYS`."""
        async with (
            asyncio.timeout(self._patience),
            httpx.AsyncClient(verify=_trusted()) as client,
        ):
            url = self._jwks_url or await self._discover(client)
            return _signing_keys((await _document(client, url))["keys"])

    async def _discover(self, client: httpx.AsyncClient) -> str:
        found = await _document(
            client, f"{self._issuer.rstrip('/')}/.well-known/openid-configuration"
        )
        if found["issuer"] != self._issuer:
            raise ValueError("it speaks for another issuer")  # OpenID Connect Discovery, 4.3
        url = str(found["jwks_uri"])
        if not (url.startswith("https://") or self._may_be_in_the_clear):
            raise ValueError("keys fetched in the clear prove nothing")
        return url


_NONSENSE = (TimeoutError, ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What reading a document meets that is late, or not of the form that is asked for."""
NO_KEYS = (httpx.HTTPError, httpx.InvalidURL, OSError, *_NONSENSE)
"""What keeps one from the keys."""


@cache
def _trusted() -> ssl.SSLContext:
    """Whose certificates are believed; reading them takes longer than a request."""
    return httpx.create_ssl_context()


async def _document(client: httpx.AsyncClient, url: str) -> Any:
    body = bytearray()
    async with client.stream("GET", url, headers=AS_IT_IS) as answer:
        answer.raise_for_status()
        async for part in answer.aiter_raw():
            body += part
            if len(body) > LARGEST_DOCUMENT:
                raise ValueError("too large")
    return json.loads(body)


def _signing_keys(published: list[dict[str, Any]]) -> dict[str, jwt.PyJWK]:
    keys: dict[str, jwt.PyJWK] = {}
    for entry in published:
        try:
            algorithm = ALGORITHMS.get(str(entry.get("kty")))
            if not entry.get("kid") or entry.get("use", "sig") != "sig" or algorithm is None:
                continue
            keys[str(entry["kid"])] = jwt.PyJWK(entry, algorithm=algorithm)
        except (jwt.PyJWTError, *_NONSENSE) as error:
            log.warning("identity.key_not_readable", error=type(error).__name__)
    return keys
