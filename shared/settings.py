"""Settings: the same names in every way to run a service, read once at the edge and passed in.

One rule: a missing or wrong setting stops the start with one sentence that names it.
"""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.clock import NoSuchTimezone, zone

S = TypeVar("S", bound="ServiceSettings")


class ServiceSettings(BaseSettings):
    """What each service needs to know; subclasses add their own. All are `PARVIS_…`, but `PORT` and
    `HOST`.
    """

    model_config = SettingsConfigDict(
        env_prefix="PARVIS_", frozen=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: str = Field(pattern=r"^postgres(ql)?(\+asyncpg)?://")
    amqp_url: str | None = Field(default=None, pattern=r"^amqps?://")
    """None only in the embedded run, which brings its own bus."""
    oidc_issuer: str = Field(pattern=r"^https?://")
    oidc_audience: str = "parvis"
    jwks_url: str | None = Field(default=None, pattern=r"^https?://")
    """None: found by OpenID Connect discovery at the issuer."""
    claim_email: str = "email"
    claim_email_verified: str = "email_verified"
    claim_tenant: str = "tenant"
    claim_roles: str = "roles"
    base_url: str = "http://127.0.0.1:8000"
    """Where people reach the gateway; links in mails begin with it."""
    timezone: str = "Africa/Casablanca"
    keys_dir: Path = Path(".parvis/keys")
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    database_pool: int = Field(default=10, ge=1, le=100)
    host: str = Field(default="127.0.0.1", validation_alias="HOST")
    port: int = Field(default=8000, ge=1, le=65535, validation_alias="PORT")

    @field_validator("timezone")
    @classmethod
    def there_is_such_a_zone(cls, name: str) -> str:
        try:
            zone(name)
        except NoSuchTimezone as unknown:
            raise ValueError(str(unknown)) from None
        return name

    @model_validator(mode="after")
    def the_issuer_is_reached_safely(self) -> ServiceSettings:
        """Tokens judged by keys fetched in the clear prove nothing, except on this very machine."""
        for url in (self.oidc_issuer, self.jwks_url):
            if url and urlsplit(url).scheme != "https" and not self.is_bound_to_loopback:
                raise ValueError(
                    f"OIDC_ISSUER and JWKS_URL must be https unless HOST is loopback: {url}"
                )
        return self

    @property
    def is_bound_to_loopback(self) -> bool:
        """Whether only this machine reaches the service."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


def load(kind: type[S], **given: Any) -> S:
    """The settings from the environment, and before it what is `given`. Ends the process with one
    sentence where one is missing or wrong.
    """
    try:
        return kind(**given)
    except ValidationError as wrong:
        error = wrong.errors(include_input=False, include_url=False)[0]
        field = str(error["loc"][0]) if error["loc"] else ""
        name = field if field in {"PORT", "HOST"} else f"PARVIS_{field.upper()}"
        reason = "is missing" if error["type"] == "missing" else f"is wrong: {error['msg']}"
        raise SystemExit(f"{name if field else 'A setting'} {reason}.") from None
