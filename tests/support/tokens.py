"""Good tokens, and every kind of bad one."""

import base64
import hashlib
import hmac
import json
from typing import Any
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from deploy.local.issuer import Issuer, new_issuer

LONG_AGO = 1_700_000_000
AN_HOUR = 3600
SUBJECTS_OF_NOBODY = (17, "", "a\x00b", "\ud800", "x" * 256)
"""No text, no text a table holds, no end."""


def an_issuer(address: str = "http://127.0.0.1:8000/issuer") -> Issuer:
    """An issuer of the test's own."""
    return new_issuer(address)


def _part(content: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()


def unsigned(claims: dict[str, Any], *, kid: str, algorithm: str = "none") -> str:
    """A token of the `none` algorithm (or its spellings)."""
    return f"{_part({'alg': algorithm, 'typ': 'at+jwt', 'kid': kid})}.{_part(claims)}."


def signed_with_the_public_key(issuer: Issuer, claims: dict[str, Any]) -> str:
    """HS256 with the published key as the secret: accepted where the token may choose."""
    public = issuer.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    text = f"{_part({'alg': 'HS256', 'typ': 'at+jwt', 'kid': issuer.kid})}.{_part(claims)}"
    signature = hmac.new(public, text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def _changed_after_signing(token: str, changes: dict[str, Any]) -> str:
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return f"{head}.{_part({**claims, **changes})}.{signature}"


def _of_a_foreign_key(issuer: Issuer, claims: dict[str, Any], *, kid: str) -> str:
    key = new_issuer(issuer.address).key
    return jwt.encode(claims, key, algorithm="ES256", headers={"kid": kid, "typ": "at+jwt"})


def _with_embedded_key(issuer: Issuer, claims: dict[str, Any]) -> str:
    foreign = new_issuer(issuer.address)
    headers = {"kid": issuer.kid, "typ": "at+jwt", "jwk": foreign.jwks()["keys"][0]}
    return jwt.encode(claims, foreign.key, algorithm="ES256", headers=headers)


def _rs256(issuer: Issuer, claims: dict[str, Any]) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": issuer.kid, "typ": "at+jwt"})


def tokens_nobody_may_accept(issuer: Issuer, email: str, *, roles: list[str]) -> dict[str, str]:
    """By what is wrong with it: each must be answered 401, whoever `email` is."""
    good = issuer.claims(email, roles=roles)
    now = int(good["iat"])

    def without(name: str) -> str:
        return issuer.sign({key: value for key, value in good.items() if key != name})

    def but(**changes: Any) -> str:
        return issuer.sign({**good, **changes})

    signed = issuer.sign(good)
    return {
        "no algorithm": unsigned(good, kid=issuer.kid),
        "no algorithm, spelt otherwise": unsigned(good, kid=issuer.kid, algorithm="nOnE"),
        "HS256 with the public key": signed_with_the_public_key(issuer, good),
        "RS256 of a foreign key": _rs256(issuer, good),
        "a foreign key under the known kid": _of_a_foreign_key(issuer, good, kid=issuer.kid),
        "an unknown kid": _of_a_foreign_key(issuer, good, kid="unknown"),
        "a key inside the token": _with_embedded_key(issuer, good),
        "another issuer": new_issuer("https://elsewhere.example").token(email, roles=roles),
        "another issuer's name, our key": but(iss="https://elsewhere.example"),
        "expired": but(iat=LONG_AGO, exp=LONG_AGO + AN_HOUR),
        "expired five minutes ago": but(iat=now - AN_HOUR, exp=now - 300),
        "not valid yet": but(nbf=now + AN_HOUR),
        "issued in the future": but(iat=now + AN_HOUR, exp=now + 2 * AN_HOUR),
        "another audience": but(aud="somebody-else"),
        "no audience": without("aud"),
        "no issuer": without("iss"),
        "no subject": without("sub"),
        "no expiry": without("exp"),
        "an expiry that is no number": but(exp="tomorrow"),
        **{f"a subject like {sub!r:.9}": but(sub=sub) for sub in SUBJECTS_OF_NOBODY},
        "a kid that is a path": _of_a_foreign_key(issuer, good, kid="../../../etc/passwd"),
        "a kid that is an address": _of_a_foreign_key(issuer, good, kid=f"{issuer.address}/jwks"),
        "longer than any token": but(padding="x" * 20_000),
        "the type of another token": issuer.sign(good, typ="logout+jwt"),
        "changed after signing": _changed_after_signing(signed, {"roles": ["operator"]}),
        "without its signature": signed.rsplit(".", 1)[0] + ".",
        "cut short": signed[:-10],
        "two parts": ".".join(signed.split(".")[:2]),
        "no token at all": "parvis",
        "letters of another script": "باب.رواق.مصباح",
    }


def of_another_tenant(issuer: Issuer, email: str, *, roles: list[str]) -> str:
    """Well signed, for a tenant that is not the person's: 403."""
    return issuer.token(email, roles=roles, tenant=another_tenant())


def another_tenant() -> UUID:
    """A tenant that nobody has listed."""
    return uuid4()
