"""Zone rules, settings, secrets, keys, the sign-in provider, and the exit code."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.postgres import free_port
from services.booking.service import SERVICE
from services.visitors.doctor import mail_leaves
from services.visitors.settings import VisitorsSettings
from tests.shared.doctor.conftest import Examine, about, states
from tests.support.rotation import with_login

WELL = ("zones", "secrets", "settings", "keys", "identity")


async def test_nothing_is_wrong_with_surroundings_as_they_should_be(examine: Examine) -> None:
    found = await examine()
    assert {what: states(found)[what] for what in WELL} == {what: {"ok"} for what in WELL}
    assert about(found, "broker").startswith("warn PARVIS_AMQP_URL is not set here")


async def test_zone_rules_of_the_machine(examine: Examine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONTZPATH", "/usr/share/zoneinfo")
    assert "warn PYTHONTZPATH is /usr/share/zoneinfo" in about(await examine(), "zones")


async def test_a_setting_that_is_wrong_or_missing(
    examine: Examine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARVIS_DATABASE_POOL", "many")
    found = await examine()
    assert about(found, "settings").startswith("fail PARVIS_DATABASE_POOL is wrong")
    assert found[-1].about == "settings", "nothing else can be looked at"
    monkeypatch.setenv("PARVIS_DATABASE_POOL", "10")
    monkeypatch.delenv("PARVIS_OIDC_ISSUER")
    assert about(await examine(), "settings").startswith("fail PARVIS_OIDC_ISSUER is missing")


async def test_secrets_that_are_not_there(
    examine: Examine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secrets" / "parvis_amqp_url").write_text("")
    assert "parvis_amqp_url is empty" in about(await examine(), "secrets")
    monkeypatch.setenv("PARVIS_SECRETS_DIR", str(tmp_path / "nowhere"))
    found = await examine()
    assert about(found, "secrets").startswith("fail PARVIS_SECRETS_DIR is")
    assert about(found, "settings").startswith("fail PARVIS_DATABASE_URL is missing")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
async def test_a_secret_that_cannot_be_read(examine: Examine, tmp_path: Path) -> None:
    (tmp_path / "secrets" / "parvis_database_url").chmod(0)
    assert "cannot be read: give it to user" in about(await examine(), "secrets")


async def test_keys_that_are_gone_or_open_to_all(examine: Examine, tmp_path: Path) -> None:
    key = tmp_path / "keys" / f"{SERVICE.keys[0]}.key"
    key.chmod(0o644)
    assert "can be read by everybody: chmod 600" in about(await examine(), "keys")
    key.unlink()
    assert about(await examine(), "keys").startswith(f"fail The key file {key} is missing")


async def test_a_provider_that_is_away_or_speaks_for_another(
    examine: Examine, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = os.environ["PARVIS_OIDC_ISSUER"]
    monkeypatch.setenv("PARVIS_OIDC_ISSUER", f"{address}/")
    assert "it speaks for another issuer" in about(await examine(), "identity")
    monkeypatch.setenv("PARVIS_OIDC_ISSUER", f"http://127.0.0.1:{free_port()}")
    assert "cannot be fetched (" in about(await examine(), "identity")


async def test_a_mail_server_that_is_away() -> None:
    settings = VisitorsSettings(database_url="postgresql:///d", oidc_issuer="http://127.0.0.1:1")
    (found,) = [each async for each in mail_leaves(settings)]
    assert found.state == "warn"
    away = settings.model_copy(update={"smtp_url": f"smtp://u:hidden@127.0.0.1:{free_port()}"})
    (found,) = [each async for each in mail_leaves(away)]
    assert found.state == "fail"
    assert "hidden" not in found.says


async def test_its_exit_code_says_whether_anything_is_wrong(examine: Examine) -> None:
    def asked(**environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "deploy.parvis", "doctor", "booking"],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    done = await asyncio.to_thread(asked)
    assert done.returncode == 0, done.stdout
    nobody = f"postgresql://127.0.0.1:{free_port()}/d"
    nowhere = f"amqp://u:hidden@127.0.0.1:{free_port()}/x"
    done = await asyncio.to_thread(
        asked, PARVIS_BOOKING_DATABASE_URL=nobody, PARVIS_BOOKING_AMQP_URL=nowhere
    )
    assert (done.returncode, done.stderr) == (1, "")
    assert "fail  database     It does not answer" in done.stdout


async def test_a_change_of_a_password_that_was_not_brought_to_its_end(
    examine: Examine, booking_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "secrets" / "parvis_database_url"
    other = with_login(booking_url, "nobody", "hidden")
    file.write_text(f"{booking_url}\n{other}\n")
    assert "warn parvis_database_url still holds old lines" in about(await examine(), "secrets")
    file.write_text(f"{other}\n{booking_url}\n")
    found = await examine()
    assert "warn The newest line of parvis_database_url is refused" in about(found, "secrets")
    assert states(found)["database"] == {"ok"}
    assert not any("hidden" in each.says for each in found)
