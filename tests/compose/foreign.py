"""The day against the compose stack with a foreign OpenID Connect provider (oidc-provider-mock)."""

from urllib.parse import parse_qs, urlsplit

import httpx

from deploy.local.composed import main
from deploy.local.park import Employee

BACK = "http://localhost:8080/back"


def by_code(client: httpx.Client, issuer: str, person: Employee) -> str:
    """The authorization code flow; the provider is told of the person first, and asks nothing.

    Its access tokens say nothing that anybody but itself could read, so its ID token is taken.
    """
    claims = {"email": person.email, "email_verified": True, "roles": list(person.roles)}
    client.put(f"{issuer}/users/{person.email}", json=claims).raise_for_status()
    asked = {
        "client_id": "parvis",
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "openid email",
    }
    agreed = client.post(f"{issuer}/oauth2/authorize", params=asked, data={"sub": person.email})
    (code,) = parse_qs(urlsplit(agreed.headers["location"]).query)["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    answer = client.post(f"{issuer}/oauth2/token", data=form, auth=httpx.BasicAuth("parvis", "any"))
    return str(answer.raise_for_status().json()["id_token"])


if __name__ == "__main__":
    main(by_code)
