"""A token issuer for the embedded park: it stands in for the company's OpenID Connect provider.

It lives here alone and is part of no image. Its key is made at the first run, with mode 0600;
whoever reads that file is anybody they like, so it signs for the loopback address only.
"""

import hashlib
import json
import os
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from fastapi import FastAPI
from jwt.algorithms import ECAlgorithm

ALGORITHM = "ES256"
AUDIENCE = "parvis"


@dataclass(frozen=True)
class Issuer:
    """Signs access tokens (RFC 9068) in the name of `address`, and publishes its key."""

    address: str
    key: ec.EllipticCurvePrivateKey
    audience: str = AUDIENCE

    def token(
        self,
        email: str,
        *,
        roles: Sequence[str] = (),
        tenant: UUID | None = None,
        subject: str | None = None,
        valid_for: timedelta = timedelta(hours=12),
    ) -> str:
        """A token for a person; the subject is derived from the address unless given."""
        claims = self.claims(email, roles=roles, tenant=tenant, subject=subject)
        claims["exp"] = claims["iat"] + int(valid_for.total_seconds())
        return self.sign(claims)

    def claims(
        self,
        email: str,
        *,
        roles: Sequence[str] = (),
        tenant: UUID | None = None,
        subject: str | None = None,
    ) -> dict[str, Any]:
        """What a good token says, valid for an hour."""
        now = int(datetime.now(UTC).timestamp())
        claims: dict[str, Any] = {
            "iss": self.address,
            "sub": subject or subject_of(email),
            "aud": self.audience,
            "iat": now,
            "exp": now + 3600,
            "jti": str(uuid4()),
            "email": email,
            "email_verified": True,
            "roles": list(roles),
        }
        return claims if tenant is None else {**claims, "tenant": str(tenant)}

    def sign(self, claims: dict[str, Any], *, typ: str = "at+jwt") -> str:
        """These very claims, signed."""
        headers = {"kid": self.kid, "typ": typ}
        return jwt.encode(claims, self.key, algorithm=ALGORITHM, headers=headers)

    @property
    def kid(self) -> str:
        """The key's thumbprint (RFC 7638)."""
        public = self._public()
        members = json.dumps(
            {name: public[name] for name in ("crv", "kty", "x", "y")},
            separators=(",", ":"),
            sort_keys=True,
        )
        digest = hashlib.sha256(members.encode()).digest()
        return urlsafe_b64encode(digest).rstrip(b"=").decode()

    def jwks(self) -> dict[str, Any]:
        """The published keys (RFC 7517)."""
        published = {**self._public(), "kid": self.kid, "use": "sig", "alg": ALGORITHM}
        return {"keys": [published]}

    def configuration(self) -> dict[str, Any]:
        """What OpenID Connect Discovery serves."""
        return {
            "issuer": self.address,
            "jwks_uri": f"{self.address}/jwks",
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "response_types_supported": [],
            "subject_types_supported": ["public"],
        }

    def app(self) -> FastAPI:
        """The two public documents over HTTP. No token is given out here."""
        app = FastAPI(title="Local token issuer", docs_url=None, redoc_url=None)
        app.get("/.well-known/openid-configuration")(self.configuration)
        app.get("/jwks")(self.jwks)
        return app

    def _public(self) -> dict[str, Any]:
        return ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)


def subject_of(email: str) -> str:
    """The subject that this issuer gives a person: the same in every run, and not the address."""
    return "local-" + hashlib.sha256(email.lower().encode()).hexdigest()[:20]


def new_issuer(address: str, *, audience: str = AUDIENCE) -> Issuer:
    """An issuer with a key that nobody else has, kept in memory alone."""
    return Issuer(address=address, key=ec.generate_private_key(ec.SECP256R1()), audience=audience)


def issuer_with_key_in(folder: Path, *, address: str, audience: str = AUDIENCE) -> Issuer:
    """The issuer whose key lies in `folder`; made at the first run."""
    path = folder / "issuer.pem"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_private(path, new_issuer(address).key)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise SystemExit(f"{path} holds no key for {ALGORITHM}: remove it, then start again.")
    return Issuer(address=address, key=key, audience=audience)


def _write_private(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(text)
    draft.rename(path)
