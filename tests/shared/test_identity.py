"""Whose word is taken: one issuer's, well signed, in time, for us, of a listed person."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from fastapi import FastAPI

from deploy.local.issuer import Issuer, new_issuer
from shared.errors import NotSignedIn
from shared.identity.devices import DeviceKeyNotAccepted, new_device_key, presented_key
from shared.identity.issuer_keys import (
    FETCH_AT_MOST_EVERY,
    KEYS_ARE_FRESH_FOR,
    KeysAway,
    TokenNotAccepted,
)
from shared.identity.listed import Listed, NotListed, Role, SignInClaims, caller
from shared.identity.tokens import TokenVerifier
from shared.settings import ServiceSettings
from tests.shared.conftest import ANOTHER_TENANT, PEOPLE, TENANT
from tests.support.serving import served
from tests.support.tokens import an_issuer, tokens_nobody_may_accept

AMAL = "amal@tenant.example"


@contextmanager
def a_port() -> Iterator[socket.socket]:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    with listening:
        yield listening


async def test_a_good_token_names_its_bearer(http: httpx.AsyncClient, amal: dict[str, str]) -> None:
    answer = await http.get("/v1/me", headers=amal)
    assert answer.status_code == 200
    assert answer.json() == {"person_id": str(PEOPLE[AMAL].person_id), "roles": "employee"}


async def test_no_token_that_is_wrong_in_any_way_is_accepted(
    http: httpx.AsyncClient, issuer: Issuer
) -> None:
    for flaw, token in tokens_nobody_may_accept(issuer, AMAL, roles=["employee"]).items():
        headers = {b"authorization": f"Bearer {token}".encode()}
        answer = await http.get("/v1/me", headers=headers)
        assert (flaw, answer.status_code) == (flaw, 401)
        assert answer.headers["www-authenticate"] == "Bearer"
        assert token not in answer.text


@pytest.mark.parametrize("email", ["\ud800@x", "a\x00b", "x" * 300, 17, ["a"], {"a": 1}])
async def test_an_address_that_is_none_belongs_to_nobody(
    http: httpx.AsyncClient, issuer: Issuer, email: object
) -> None:
    token = issuer.sign({**issuer.claims(AMAL), "email": email, "exp": 10**400})
    answer = await http.get("/v1/me", headers={"authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_listed")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic YTpi", "bearer\tx"])
async def test_no_token_at_all_is_401(http: httpx.AsyncClient, header: str) -> None:
    answer = await http.get("/v1/me", headers={"authorization": header})
    assert answer.status_code == 401


async def test_an_id_token_is_no_access_token(http: httpx.AsyncClient, issuer: Issuer) -> None:
    token = issuer.sign({**issuer.claims(AMAL), "typ": "ID"}, typ="JWT")
    answer = await http.get("/v1/me", headers={"authorization": f"Bearer {token}"})
    assert answer.status_code == 401


async def test_somebody_whom_nobody_listed_is_403(http: httpx.AsyncClient, issuer: Issuer) -> None:
    token = issuer.token("nobody@elsewhere.example")
    answer = await http.get("/v1/me", headers={"authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "not_listed")


async def test_a_leaver_is_401_whatever_the_token_says(
    http: httpx.AsyncClient, issuer: Issuer
) -> None:
    token = issuer.token("gone@tenant.example")
    answer = await http.get("/v1/me", headers={"authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (401, "no_longer_listed")


async def test_a_token_of_another_tenant_is_403(http: httpx.AsyncClient, issuer: Issuer) -> None:
    token = issuer.token(AMAL, tenant=ANOTHER_TENANT)
    answer = await http.get("/v1/me", headers={"authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.json()["code"]) == (403, "of_another_tenant")


def publishing(issuers: list[Issuer]) -> FastAPI:
    """An issuer of the keys that these have at each moment."""
    app = issuers[0].app()
    app.router.routes = [route for route in app.router.routes if route.path != "/jwks"]  # type: ignore[attr-defined]  # a route has a path

    @app.get("/jwks")
    def jwks() -> dict[str, object]:
        return {"keys": [key for each in issuers for key in each.jwks()["keys"]]}

    return app


async def test_a_new_key_of_the_issuer_is_found_without_a_restart() -> None:
    with a_port() as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        old, new = an_issuer(address), an_issuer(address)
        published = [old]
        async with served(publishing(published), listening=listening):
            settings = ServiceSettings(database_url="postgresql://none", oidc_issuer=address)
            verifier = TokenVerifier(settings)
            assert await verifier.claims(old.token(AMAL))
            published.append(new)
            with pytest.raises(TokenNotAccepted):  # fetched less than a minute ago
                await verifier.claims(new.token(AMAL))
            verifier._keys._tried_at -= 61
            assert await verifier.claims(new.token(AMAL))


async def test_what_a_withdrawn_key_signed_is_believed_no_longer_than_the_keys_are_kept() -> None:
    with a_port() as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        stolen, other = an_issuer(address), an_issuer(address)
        published = [stolen, other]
        async with served(publishing(published), listening=listening):
            settings = ServiceSettings(database_url="postgresql://none", oidc_issuer=address)
            verifier = TokenVerifier(settings)
            await verifier.claims(other.token(AMAL))
            let_pass(verifier, KEYS_ARE_FRESH_FOR - 1)
            token = stolen.token(AMAL)
            assert await verifier.claims(token)
            published.remove(stolen)
            let_pass(verifier, FETCH_AT_MOST_EVERY + 1)
            with pytest.raises(TokenNotAccepted):
                await verifier.claims(token)


def let_pass(verifier: TokenVerifier, seconds: float) -> None:
    """As if that much time had gone by."""
    verifier._keys._fetched_at -= seconds
    verifier._keys._tried_at -= seconds
    known = verifier._verified.items()
    verifier._verified = {digest: (until - seconds, claims) for digest, (until, claims) in known}


async def test_unknown_keys_make_no_storm_of_fetches() -> None:
    fetched = 0
    with a_port() as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        good = an_issuer(address)
        app = good.app()

        @app.middleware("http")
        async def count(request, go_on):  # type: ignore[no-untyped-def]  # a Starlette middleware
            nonlocal fetched
            fetched += request.url.path == "/jwks"
            return await go_on(request)

        async with served(app, listening=listening):
            settings = ServiceSettings(database_url="postgresql://none", oidc_issuer=address)
            verifier = TokenVerifier(settings)
            for _ in range(20):
                with pytest.raises(TokenNotAccepted):
                    await verifier.claims(new_issuer(address).token(AMAL))
            assert await verifier.claims(good.token(AMAL))
    assert fetched == 1


async def test_without_the_issuer_nobody_is_let_in_and_nobody_is_blamed() -> None:
    with a_port() as listening:  # bound, but nobody answers
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = ServiceSettings(database_url="postgresql://none", oidc_issuer=address)
        with pytest.raises(KeysAway):
            await TokenVerifier(settings).claims(an_issuer(address).token(AMAL))


def _claims(*roles: Role) -> SignInClaims:
    return SignInClaims("https://issuer", "s", AMAL, str(TENANT), frozenset(roles))


def test_park_wide_roles_count_only_for_the_landlords_people() -> None:
    tenants_own = caller(_claims(Role.OPERATOR, Role.RECEPTIONIST), PEOPLE[AMAL])
    assert tenants_own.roles == {Role.EMPLOYEE, Role.RECEPTIONIST}
    values = {**PEOPLE[AMAL].__dict__, "is_landlord": True}
    landlords = caller(_claims(Role.OPERATOR), Listed(**values))
    assert landlords.roles == {Role.EMPLOYEE, Role.OPERATOR}


def test_people_of_a_tenant_that_left_are_refused() -> None:
    values = {**PEOPLE[AMAL].__dict__, "is_tenant_listed": False}
    with pytest.raises(NotSignedIn):
        caller(_claims(), Listed(**values))
    with pytest.raises(NotListed):
        caller(_claims(), None)


def test_a_device_key_is_known_by_its_digest_alone() -> None:
    key = new_device_key()
    assert presented_key(key.text).matches(key.digest)
    assert not presented_key(key.text + "x").matches(key.digest)
    assert key.text.split(".")[1] not in repr(key.digest)


@pytest.mark.parametrize("text", ["", ".", "a.", ".b", "ab", "a." + "b" * 300, "é.b"])
def test_a_malformed_device_key_is_refused(text: str) -> None:
    with pytest.raises(DeviceKeyNotAccepted):
        presented_key(text)
