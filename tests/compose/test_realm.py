"""The realm for trying out says in its tokens what the services read of the park's people."""

import json
from pathlib import Path
from typing import Any

import pytest

from deploy.local.park import THE_PARK
from shared.identity.listed import Role
from shared.settings import ServiceSettings

REALM = json.loads(Path("deploy/compose/keycloak/realm.json").read_text(encoding="utf-8"))
FIELDS = ServiceSettings.model_fields


@pytest.mark.parametrize("client", REALM["clients"], ids=lambda each: str(each["clientId"]))
def test_tokens_are_meant_for_the_services_and_name_what_these_read(
    client: dict[str, Any],
) -> None:
    configs = [mapper["config"] for mapper in client["protocolMappers"]]
    meant = {each.get("included.custom.audience") for each in configs} - {None}
    assert meant == {FIELDS["oidc_audience"].default}
    claims = {each.get("claim.name") for each in configs if each["access.token.claim"] == "true"}
    assert claims >= {FIELDS["claim_roles"].default, FIELDS["claim_tenant"].default}
    assert client["publicClient"]
    assert client["attributes"]["pkce.code.challenge.method"] == "S256"
    assert not client["directAccessGrantsEnabled"]
    assert not client["implicitFlowEnabled"]


def test_it_knows_the_roles_and_the_tenants() -> None:
    assert {role["name"] for role in REALM["roles"]["realm"]} == set(Role)
    assert [group["name"] for group in REALM["groups"]] == [each.name for each in THE_PARK.tenants]


def test_it_knows_the_people_and_no_password_of_theirs() -> None:
    known = {user["email"]: set(user["realmRoles"]) for user in REALM["users"]}
    assert known == {each.email: {"employee", *each.roles} for each in THE_PARK.people}
    for user in REALM["users"]:
        assert user["emailVerified"]
        assert "credentials" not in user
