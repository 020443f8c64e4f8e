"""Bearer tokens: JWT of one OpenID Connect issuer, judged by the issuer's published keys.

One rule: what is accepted is pinned here (RS256, ES256, EdDSA; issuer, audience, expiry, type),
never taken from the token. See RFC 7519, RFC 8725 and RFC 9068.
"""

from __future__ import annotations

import hashlib
import time
from typing import Any

import httpx
import jwt
import structlog

from shared.errors import NotSignedIn, TryLater
from shared.identity.listed import Role, SignInClaims
from shared.settings import ServiceSettings

log = structlog.get_logger(__name__)

ALGORITHMS = {"RSA": "RS256", "EC": "ES256", "OKP": "EdDSA"}
"""The one algorithm that a key of each type may sign with."""
TYPES = {"at+jwt", "application/at+jwt", "jwt"}
FOREIGN_USES = {"ID", "Refresh", "Offline", "Logout"}
LEEWAY_SECONDS = 10
FETCH_AT_MOST_EVERY = 60.0
KEYS_ARE_FRESH_FOR = 600.0
REMEMBERED_TOKENS = 4096
LONGEST_TOKEN = 16_384


class NoToken(NotSignedIn):
    """Sign in first: this needs a bearer token."""


class TokenNotAccepted(NotSignedIn):
    """This token is not accepted; sign in again."""


class KeysAway(TryLater):
    """The sign-in service's keys cannot be fetched at the moment; try again shortly."""


class IssuerKeys:
    """The issuer's keys by `kid`: cached, fetched anew at most once a minute for an unknown one."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._issuer = settings.oidc_issuer
        self._jwks_url = settings.jwks_url
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched_at = self._tried_at = float("-inf")

    async def key(self, kid: str) -> jwt.PyJWK:
        """Raises `TokenNotAccepted` for a `kid` the issuer does not publish, `KeysAway` before any
        fetch.
        """
        now = time.monotonic()
        is_stale = now - self._fetched_at > KEYS_ARE_FRESH_FOR
        may_fetch = not self._keys or now - self._tried_at > FETCH_AT_MOST_EVERY
        if (kid not in self._keys or is_stale) and may_fetch:
            await self._fetch(now)
        if not self._keys:
            raise KeysAway
        try:
            return self._keys[kid]
        except KeyError:
            raise TokenNotAccepted from None

    async def _fetch(self, now: float) -> None:
        self._tried_at = now
        try:
            async with httpx.AsyncClient(timeout=5) as client:
                url = self._jwks_url or await self._discover(client)
                answer = await client.get(url)
                answer.raise_for_status()
                published = answer.json()["keys"]
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            log.warning("identity.keys_not_fetched", error=type(error).__name__)
            return
        self._keys = _signing_keys(published)
        self._fetched_at = now

    async def _discover(self, client: httpx.AsyncClient) -> str:
        answer = await client.get(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        answer.raise_for_status()
        return str(answer.json()["jwks_uri"])


def _signing_keys(published: list[dict[str, Any]]) -> dict[str, jwt.PyJWK]:
    keys: dict[str, jwt.PyJWK] = {}
    for entry in published:
        algorithm = ALGORITHMS.get(str(entry.get("kty")))
        if not entry.get("kid") or entry.get("use", "sig") != "sig" or algorithm is None:
            continue
        try:
            keys[str(entry["kid"])] = jwt.PyJWK(entry, algorithm=algorithm)
        except jwt.PyJWTError:
            log.warning("identity.key_not_readable", kid=entry["kid"])
    return keys


class TokenVerifier:
    """Says what a token proves. Tokens once verified are remembered by digest until they expire."""

    def __init__(self, settings: ServiceSettings) -> None:
        self._settings = settings
        self._keys = IssuerKeys(settings)
        self._verified: dict[bytes, tuple[float, SignInClaims]] = {}

    async def claims(self, token: str) -> SignInClaims:
        """Raises `TokenNotAccepted` or `KeysAway`."""
        if len(token) > LONGEST_TOKEN:
            raise TokenNotAccepted
        digest = hashlib.sha256(token.encode(errors="replace")).digest()
        remembered = self._verified.get(digest)
        if remembered is not None and time.time() < remembered[0]:
            return remembered[1]
        payload = await self._verify(token)
        claims = self._read(payload)
        if len(self._verified) >= REMEMBERED_TOKENS:
            self._verified.clear()
        until = min(float(payload["exp"]), time.time() + KEYS_ARE_FRESH_FOR)
        self._verified[digest] = (until, claims)
        return claims

    async def _verify(self, token: str) -> dict[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            key = await self._keys.key(str(header.get("kid")))
            if str(header.get("typ", "jwt")).lower() not in TYPES:
                raise TokenNotAccepted
            payload: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                audience=self._settings.oidc_audience,
                issuer=self._settings.oidc_issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "iss", "sub", "aud"]},
            )
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError):
            raise TokenNotAccepted from None
        if payload.get("typ") in FOREIGN_USES:
            raise TokenNotAccepted
        return payload

    def _read(self, payload: dict[str, Any]) -> SignInClaims:
        names = self._settings
        email, tenant = payload.get(names.claim_email), payload.get(names.claim_tenant)
        is_verified = payload.get(names.claim_email_verified) is True
        roles = payload.get(names.claim_roles) or ()
        if not isinstance(roles, list | tuple):
            roles = ()
        return SignInClaims(
            issuer=str(payload["iss"]),
            subject=str(payload["sub"]),
            verified_email=str(email) if email and is_verified else None,
            tenant=None if tenant is None else str(tenant),
            roles=frozenset(role for role in Role if role.value in roles),
        )
