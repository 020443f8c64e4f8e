"""The OpenID Connect provider: whether its keys can be fetched, as when a token is judged."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

from shared.doctor.findings import Finding, fail, ok, warn
from shared.identity.issuer_keys import NO_KEYS, IssuerKeys
from shared.settings import ServiceSettings

SLOW_SECONDS = 2.0


async def identity(settings: ServiceSettings) -> AsyncIterator[Finding]:
    """Discovery and keys, by the very code that judges tokens."""
    began = time.monotonic()
    where = settings.jwks_url or f"{settings.oidc_issuer} (discovery)"
    try:
        found = await IssuerKeys(settings).published()
    except NO_KEYS as error:
        yield fail(
            "identity",
            f"The keys of {where} cannot be fetched ({error or type(error).__name__}): nobody can "
            "sign in. See that PARVIS_OIDC_ISSUER is what tokens call `iss`, to the letter, and "
            "that it is reached from here.",
        )
        return
    took = time.monotonic() - began
    if not found:
        yield fail(
            "identity",
            f"{where} publishes no key that can sign (RSA, EC or Ed25519, with a kid): nobody can "
            "sign in; have it publish one.",
        )
    elif took > SLOW_SECONDS:
        yield warn("identity", f"{where} publishes {len(found)} keys, but took {took:.1f} s.")
    else:
        yield ok("identity", f"{where} publishes {len(found)} keys.")
    if settings.oidc_in_the_clear and not settings.is_bound_to_loopback:
        yield warn(
            "identity",
            "PARVIS_OIDC_IN_THE_CLEAR is set: keys may be fetched by http, which proves nothing; "
            "for trying out only.",
        )
