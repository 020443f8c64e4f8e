"""Settings: the same names in every way to run a service, read once at the edge and passed in.

One rule: a missing or wrong setting stops the start with one sentence that names it.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PlainValidator, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from shared.addresses import Addresses
from shared.clock import NoSuchTimezone, zone

S = TypeVar("S", bound=BaseSettings)


def address(*schemes: str, needs_host: bool = True) -> AfterValidator:
    """An address that can be read; what is wrong with it is said without it, as it may hold a
    password.
    """
    return AfterValidator(_like(*schemes, needs_host=needs_host))


def _like(*schemes: str, needs_host: bool = True) -> Callable[[str], str]:
    def check(text: str) -> str:
        try:
            parts = urlsplit(text)
            has_host = bool(parts.hostname) and parts.port != 0
        except ValueError:
            raise ValueError("signs like / : @ [ in a password are written as %2F…") from None
        if parts.scheme not in schemes or (needs_host and not has_host):
            raise ValueError(f"it must be like {schemes[0]}://host")
        return text

    return check


@dataclass(frozen=True)
class _Kept:
    """What a file of secrets held, and which."""

    text: str
    file: Path


class _Secrets(SecretsSettingsSource):
    """The files of secrets; of those that are read again it is told which they are."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        text, key, is_complex = super().get_field_value(field, field_name)
        if text is None or field_name not in READ_AGAIN:
            return text, key, is_complex
        name = f"{self.env_prefix}{field_name}"
        file = self.find_case_path(self.secrets_paths[-1], name, self.case_sensitive)
        assert file is not None
        return _Kept(text, file), key, is_complex


def addresses(*schemes: str, needs_host: bool = True) -> PlainValidator:
    """As `address`, but there may be several lines, and their file is read again."""
    check = _like(*schemes, needs_host=needs_host)

    def read(given: object) -> Addresses:
        match given:
            case Addresses():
                return given
            case _Kept():
                found = Addresses(given.text, file=given.file)
            case _:
                found = Addresses(str(given))
        for line in found.lines():
            check(line)
        return found

    return PlainValidator(read)


def _known(timezone: str) -> str:
    try:
        zone(timezone)
    except NoSuchTimezone as unknown:
        raise ValueError(str(unknown)) from None
    return timezone


def _listed_origins(text: str) -> str:
    for origin in origins_in(text):
        parts = urlsplit(origin)
        if parts.scheme not in {"https", "http"} or origin != f"{parts.scheme}://{parts.netloc}":
            raise ValueError("each is like https://host, without a path; there is none for all")
    return text


def origins_in(text: str) -> tuple[str, ...]:
    """The origins named in a setting."""
    return tuple(each.strip() for each in text.split(",") if each.strip())


SECRETS_DIR = "/run/secrets"
"""Where Docker and Podman mount them; `PARVIS_SECRETS_DIR` names another folder."""
WebAddress = Annotated[str, address("https", "http")]
READ_AGAIN = ("database_url", "amqp_url")
POSTGRES = ("postgresql", "postgres", "postgresql+asyncpg", "postgres+asyncpg")


class ServiceSettings(BaseSettings):
    """What each service needs to know; subclasses add their own. All are `PARVIS_…`, but `PORT` and
    `HOST`.
    """

    model_config = SettingsConfigDict(
        env_prefix="PARVIS_",
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,
        env_ignore_empty=True,  # as a variable of compose that nobody has set
    )

    database_url: Annotated[Addresses, addresses(*POSTGRES, needs_host=False)]
    amqp_url: Annotated[Addresses, addresses("amqp", "amqps")] | None = None
    """None only in the embedded run, which brings its own bus."""
    oidc_issuer: WebAddress
    oidc_audience: str = "parvis"
    jwks_url: WebAddress | None = None
    """None: found by OpenID Connect discovery at the issuer."""
    oidc_in_the_clear: bool = False
    """Whether issuer and keys may be http: only for trying out, in a network of one's own."""
    claim_email: str = "email"
    claim_email_verified: str = "email_verified"
    claim_tenant: str = "tenant"
    claim_roles: str = "roles"
    base_url: WebAddress = "http://127.0.0.1:8000"
    """Where people reach this service, through the gateway; links begin with it."""
    timezone: Annotated[str, AfterValidator(_known)] = "Africa/Casablanca"
    keys_dir: Path = Path(".parvis/keys")
    start_patience_seconds: float = Field(default=0, ge=0)
    """How long a start waits for its database, and for somebody to migrate it."""
    caller_requests_a_minute: int = Field(default=1200, ge=0)
    """Of one person who is signed in, at each process; 0 counts nothing."""
    stranger_requests_a_minute: int = Field(default=120, ge=0)
    """Of all behind one address who show nothing that is accepted, at each process."""
    codes_a_minute: int = Field(default=60, ge=0)
    """Passes and short codes that one person looks up, at each process."""
    cors_origins: Annotated[str, AfterValidator(_listed_origins)] = ""
    """Origins whose pages may ask, with commas between; none unless they are named."""
    trusted_proxies: str = "127.0.0.1"
    """Addresses and networks, with commas between, that say truly for whom they ask."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    database_pool: int = Field(default=10, ge=1, le=100)
    host: str = Field(default="127.0.0.1", validation_alias="HOST")
    port: int = Field(default=8000, ge=1, le=65535, validation_alias="PORT")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The usual ones, in the usual order."""
        assert isinstance(file_secret_settings, SecretsSettingsSource)
        files = _Secrets(settings_cls, secrets_dir=file_secret_settings.secrets_dir)
        return init_settings, env_settings, dotenv_settings, files

    @model_validator(mode="after")
    def the_issuer_is_reached_safely(self) -> ServiceSettings:
        """Tokens judged by keys fetched in the clear prove nothing, except on this very machine."""
        urls = [url for url in (self.oidc_issuer, self.jwks_url) if url]
        is_in_the_clear = any(urlsplit(url).scheme != "https" for url in urls)
        if is_in_the_clear and not (self.is_bound_to_loopback or self.oidc_in_the_clear):
            raise ValueError("issuer and keys must be https unless HOST is loopback")
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
    """The settings from the environment, and before it what is `given`; what it does not say, from
    files of the same name where secrets are mounted. Ends the process with one sentence where one
    is missing or wrong.
    """
    secrets = Path(os.environ.get("PARVIS_SECRETS_DIR", SECRETS_DIR))
    if secrets.is_dir():
        given["_secrets_dir"] = secrets
    try:
        return kind(**given)
    except SettingsError as wrong:  # of a list that is no JSON, or a file that is no text
        field = (re.findall(r'"(\w+)"', str(wrong)) or ["oidc_issuer"])[0]
        raise SystemExit(f"{_named(kind, field)} cannot be read.") from None
    except ValidationError as wrong:
        error = wrong.errors(include_input=False, include_url=False)[0]
        field = str(error["loc"][0]) if error["loc"] else "oidc_issuer"
        said = error["msg"].removeprefix("Value error, ")
        reason = "is missing" if error["type"] == "missing" else f"is wrong: {said}"
        raise SystemExit(f"{_named(kind, field)} {reason.rstrip('.')}.") from None


def _named(kind: type[BaseSettings], field: str) -> str:
    """As whoever sets it writes it."""
    prefix = kind.model_config.get("env_prefix", "")
    return field if field in {"PORT", "HOST"} else f"{prefix}{field.upper()}"
