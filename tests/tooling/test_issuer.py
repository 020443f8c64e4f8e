"""The local issuer, judged by the verifier that the services use."""

import socket
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from deploy.local.issuer import Issuer, issuer_with_key_in, subject_of
from shared.identity.issuer_keys import TokenNotAccepted
from shared.identity.tokens import TokenVerifier
from shared.settings import ServiceSettings
from tests.support.serving import served
from tests.support.tokens import an_issuer, of_another_tenant, tokens_nobody_may_accept

AMINA = "amina@example.com"


@pytest.fixture
async def issuer() -> AsyncIterator[Issuer]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        issuer = an_issuer(f"http://127.0.0.1:{listening.getsockname()[1]}")
        async with served(issuer.app(), listening=listening):
            yield issuer


@pytest.fixture
def verifier(issuer: Issuer) -> TokenVerifier:
    return TokenVerifier(
        ServiceSettings(database_url="postgresql://nowhere/none", oidc_issuer=issuer.address)
    )


async def test_a_service_finds_the_keys_and_accepts_the_token(
    issuer: Issuer, verifier: TokenVerifier
) -> None:
    claims = await verifier.claims(issuer.token(AMINA, roles=["security"]))
    assert (claims.subject, claims.verified_email) == (subject_of(AMINA), AMINA)
    assert claims.roles == {"security"}


async def test_no_bad_token_is_accepted(issuer: Issuer, verifier: TokenVerifier) -> None:
    accepted = []
    for wrong, token in tokens_nobody_may_accept(issuer, AMINA, roles=["operator"]).items():
        try:
            await verifier.claims(token)
        except TokenNotAccepted:
            continue
        accepted.append(wrong)
    assert accepted == []


async def test_a_token_of_another_tenant_is_well_signed(
    issuer: Issuer, verifier: TokenVerifier
) -> None:
    claims = await verifier.claims(of_another_tenant(issuer, AMINA, roles=[]))
    assert claims.tenant


def test_the_key_is_private_and_outlives_the_run(tmp_path: Path) -> None:
    first = issuer_with_key_in(tmp_path / "keys", address="http://127.0.0.1:8000/issuer")
    again = issuer_with_key_in(tmp_path / "keys", address="http://127.0.0.1:8000/issuer")
    assert first.kid == again.kid
    assert stat.S_IMODE((tmp_path / "keys" / "issuer.pem").stat().st_mode) == 0o600
