"""A missing or wrong setting stops the start with one sentence that names it."""

from pathlib import Path

import pytest

from shared.messaging.settings import MessagingSettings
from shared.settings import ServiceSettings, load

GOOD = {
    "PARVIS_DATABASE_URL": "postgresql://u:hidden@h/d",
    "PARVIS_OIDC_ISSUER": "https://id.example",
}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"PARVIS_DATABASE_URL": None}, "PARVIS_DATABASE_URL is missing."),
        ({"PARVIS_DATABASE_URL": "mysql://u:hidden@h/d"}, "PARVIS_DATABASE_URL is wrong"),
        ({"PARVIS_OIDC_ISSUER": None}, "PARVIS_OIDC_ISSUER is missing."),
        ({"PARVIS_DATABASE_URL": "postgresql://u:hidden@h:x/d"}, "PARVIS_DATABASE_URL is wrong"),
        ({"PARVIS_DATABASE_URL": "postgresql://u:hid[den@h/d"}, "PARVIS_DATABASE_URL is wrong"),
        ({"PARVIS_DATABASE_URL": "postgresql://u:p/hidden@h/d"}, "PARVIS_DATABASE_URL is wrong"),
        ({"PARVIS_AMQP_URL": "http://x"}, "PARVIS_AMQP_URL is wrong"),
        ({"PARVIS_AMQP_URL": "amqp://u:hidden@h:x/d"}, "PARVIS_AMQP_URL is wrong"),
        (
            {"PARVIS_AMQP_URL": "amqp://a:b@h/d\namqp://a:hidden@x/d"},
            "PARVIS_AMQP_URL is wrong: its",
        ),
        ({"PARVIS_AMQP_URL": "amqp://"}, "PARVIS_AMQP_URL is wrong"),
        ({"PARVIS_OIDC_ISSUER": "https://"}, "PARVIS_OIDC_ISSUER is wrong"),
        ({"PARVIS_BASE_URL": "nonsense"}, "PARVIS_BASE_URL is wrong"),
        ({"PARVIS_TIMEZONE": "Nowhere/Land"}, "PARVIS_TIMEZONE is wrong"),
        ({"PARVIS_DATABASE_POOL": "0"}, "PARVIS_DATABASE_POOL is wrong"),
        ({"PARVIS_CORS_ORIGINS": "*"}, "PARVIS_CORS_ORIGINS is wrong"),
        ({"PARVIS_CORS_ORIGINS": "https://a.example/x"}, "PARVIS_CORS_ORIGINS is wrong"),
        ({"PARVIS_CALLER_REQUESTS_A_MINUTE": "-1"}, "PARVIS_CALLER_REQUESTS_A_MINUTE is wrong"),
        ({"PORT": "eighty"}, "PORT is wrong"),
        ({"PARVIS_TIMEZONE": "Africa/Casa"}, "PARVIS_TIMEZONE is wrong"),
    ],
)
def test_one_sentence_names_the_setting(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, str | None], sentence: str
) -> None:
    for name, value in {**GOOD, **changes}.items():
        if value is None:
            monkeypatch.delenv(name, raising=False)
        else:
            monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as stopped:
        load(ServiceSettings)
    assert str(stopped.value).startswith(sentence)
    assert "\n" not in str(stopped.value)
    assert "hidden" not in str(stopped.value)


def test_what_cannot_even_be_read_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PARVIS_MESSAGING_WAITING_LADDER", "10, 60")
    with pytest.raises(SystemExit, match=r"^PARVIS_MESSAGING_WAITING_LADDER cannot be read\.$"):
        load(MessagingSettings)
    monkeypatch.setenv("PARVIS_SECRETS_DIR", str(tmp_path))
    (tmp_path / "parvis_jwks_url").write_bytes(b"\xff\xfe")
    with pytest.raises(SystemExit, match=r"^PARVIS_JWKS_URL cannot be read\.$"):
        load(ServiceSettings)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "desk.example"])
def test_keys_in_the_clear_are_refused_off_this_machine(
    monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    for name, value in {**GOOD, "PARVIS_OIDC_ISSUER": "http://id.example", "HOST": host}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit, match="https"):
        load(ServiceSettings)
    monkeypatch.setenv("HOST", "127.0.0.1")
    assert load(ServiceSettings).oidc_issuer == "http://id.example"


def test_keys_in_the_clear_are_for_trying_out(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = {"PARVIS_OIDC_ISSUER": "http://id.example", "HOST": "0.0.0.0"}
    for name, value in {**GOOD, **tried, "PARVIS_OIDC_IN_THE_CLEAR": "true"}.items():
        monkeypatch.setenv(name, value)
    assert load(ServiceSettings).oidc_issuer == "http://id.example"


def test_what_the_environment_does_not_say_is_read_from_the_files_of_secrets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "parvis_database_url").write_text("postgresql://u:hidden@kept/d\n")
    (tmp_path / "parvis_oidc_issuer").write_text("https://kept.example")
    (tmp_path / "parvis_messaging_heartbeat").write_text("7")
    monkeypatch.setenv("PARVIS_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("PARVIS_OIDC_ISSUER", GOOD["PARVIS_OIDC_ISSUER"])
    monkeypatch.delenv("PARVIS_DATABASE_URL", raising=False)
    settings = load(ServiceSettings)
    assert settings.database_url.latest == "postgresql://u:hidden@kept/d"
    assert settings.oidc_issuer == "https://id.example"
    assert load(MessagingSettings).heartbeat == 7


def test_a_file_of_addresses_is_read_again_and_what_the_environment_says_is_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "parvis_amqp_url"
    file.write_text("amqp://u:old@kept/d")
    for name, value in {**GOOD, "PARVIS_SECRETS_DIR": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    settings = load(ServiceSettings)
    assert settings.amqp_url is not None
    file.write_text("amqp://u:new@kept/d\namqp://u:old@kept/d\n")
    assert settings.amqp_url.lines() == ["amqp://u:new@kept/d", "amqp://u:old@kept/d"]
    assert settings.database_url.file is None


@pytest.mark.parametrize(
    ("name", "value"), [("RELAY_BATCH", "many"), ("HEARTBEAT", "-1"), ("WAITING_LADDER", "[0]")]
)
def test_times_and_limits_of_messaging_are_settings_like_the_others(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"PARVIS_MESSAGING_{name}", value)
    with pytest.raises(SystemExit, match=f"^PARVIS_MESSAGING_{name} is wrong"):
        load(MessagingSettings)
