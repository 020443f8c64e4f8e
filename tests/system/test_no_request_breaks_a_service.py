"""Every operation of every OpenAPI document, asked in ways nobody means: refusals, never a 5xx."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.day import Stage
from deploy.local.park import THE_PARK
from tests.support.processes import HANGS_AFTER, ParkOfProcesses

pytestmark = [pytest.mark.rabbit, pytest.mark.spoils, HANGS_AFTER]

CALLERS = {"access": "operator", "visitors": "receptionist", "booking": "facility_manager"}
"""Whoever may do most there, so that most requests reach the rules."""


async def _attack(
    park: ParkOfProcesses, service: str, folder: Path, *, phases: str, examples: int, seed: int
) -> tuple[int, str]:
    token = park.token(THE_PARK.examples[CALLERS[service]])
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run"),
        f"{park.services[service].url}/openapi.json",
        *("--header", f"Authorization: Bearer {token}"),
        *("--checks", "not_a_server_error", "--phases", phases),
        *("--exclude-path", "/v1/bookings/feed"),  # it has no end
        *("--max-examples", str(examples), "--seed", str(seed), "--no-color"),
    ]
    done = await asyncio.to_thread(
        subprocess.run,
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    return done.returncode, done.stdout[-12000:] + done.stderr[-2000:]


@pytest.mark.parametrize("service", sorted(CALLERS))
async def test_no_request_breaks_a_service(
    park: ParkOfProcesses, stage: Stage, service: str, tmp_path: Path
) -> None:
    code, printed = await _attack(
        park, service, tmp_path, phases="examples,coverage", examples=1, seed=1
    )
    assert code == 0, printed
    assert "generated" in printed


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("service", sorted(CALLERS))
async def test_no_request_breaks_a_service_however_long_one_tries(
    park: ParkOfProcesses, stage: Stage, service: str, seed: int, tmp_path: Path
) -> None:
    code, printed = await _attack(
        park, service, tmp_path, phases="examples,coverage,fuzzing", examples=50, seed=seed
    )
    assert code == 0, printed
