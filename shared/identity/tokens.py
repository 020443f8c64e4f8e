"""Bearer tokens: JWT of one OpenID Connect issuer, judged by the issuer's published keys.

One rule: what is accepted is pinned here (RS256, ES256, EdDSA; issuer, audience, expiry, type),
never taken from the token. See RFC 7519, RFC 8725 and RFC 9068.
"""

from __future__ import annotations

import hashlib
import time
from datetime import UTC, datetime, timedelta
from typing import Any, TypeGuard

import jwt

from shared.errors import NotSignedIn
from shared.identity.issuer_keys import FETCH_AT_MOST_EVERY, IssuerKeys, TokenNotAccepted
from shared.identity.listed import NEVER, Role, SignInClaims
from shared.settings import ServiceSettings

TYPES = {"at+jwt", "application/at+jwt", "jwt"}
FOREIGN_USES = {"ID", "Refresh", "Offline", "Logout"}
LEEWAY_SECONDS = 10
REMEMBERED_TOKENS = 4096
LONGEST_TOKEN = 16_384
LONGEST_NAME = 255
"""OpenID Connect Core, 2, of a subject."""


class NoToken(NotSignedIn):
    """Sign in first: this needs a bearer token."""


class TokenVerifier:
    """Says what a token proves. Tokens once verified are remembered by digest until they expire, or
    the keys they were verified by are looked at anew: what the issuer withdraws ends with them.
    """

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
        fresh_for = max(self._keys.fresh_for, FETCH_AT_MOST_EVERY)
        until = min(int(payload["exp"]), time.time() + fresh_for)
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
        if not _is_name(payload["sub"]):
            raise TokenNotAccepted
        return SignInClaims(
            issuer=self._settings.oidc_issuer,
            subject=payload["sub"],
            verified_email=email if is_verified and _is_name(email) else None,
            tenant=None if tenant is None else str(tenant),
            roles=frozenset(role for role in Role if role.value in roles),
            expires_at=_instant(int(payload["exp"])),
        )


def _instant(seconds: int) -> datetime:
    """Since 1970; some issuers say "never" by a number beyond every calendar."""
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except OverflowError:
        return NEVER


def _is_name(value: object) -> TypeGuard[str]:
    """Whether it is a line of text that a table can hold."""
    return isinstance(value, str) and 0 < len(value) <= LONGEST_NAME and value.isprintable()
