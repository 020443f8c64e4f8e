"""The demo's day against the compose stack, through its gateway.

Its people sign in at the stack's OpenID Connect provider; nothing is known of what runs behind.
"""

import asyncio
import os
import shlex
import subprocess
import sys
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path

import httpx
from rich.console import Console

from deploy.local.callers import Addresses, until
from deploy.local.day import Stage, Step, play
from deploy.local.demo import tell_the_day
from deploy.local.opening import FIRST, Letters, listed_park
from deploy.local.park import Employee
from deploy.local.park_files import ParkFiles

SignIn = Callable[[httpx.Client, str, Employee], str]
"""(client, the issuer's address, who) -> a token that the services take."""
PATIENCE = 300.0
"""Seconds until the whole stack must answer."""
COMPOSE = os.environ.get("COMPOSE", "docker compose")


def main(
    sign_in: SignIn,
    *,
    transport: httpx.AsyncBaseTransport | None = None,
    after_each_step: Callable[[Step], None] | None = None,
    story: Callable[[Stage], Awaitable[None]] = play,
) -> None:
    """Waits for the stack, plays the day (or another story) on it, and ends with 1 where it went
    otherwise.

    `transport`: how the people's devices ask.
    """
    day = partial(tell_the_day, transport=transport, after_each_step=after_each_step, story=story)
    sys.exit(asyncio.run(_play(sign_in, day)))


async def _play(sign_in: SignIn, tell: Callable[..., Awaitable[int]]) -> int:
    gateway = os.environ.get("PARVIS_ADDRESS", "http://localhost:8080")
    issuer = os.environ["PARVIS_OIDC_ISSUER"]
    files = ParkFiles(Path(os.environ.get("PARVIS_HOME", ".parvis/compose")))
    with files.held(), httpx.Client(timeout=30) as provider:

        async def opens(client: httpx.AsyncClient) -> Stage:
            await _answers(client, gateway=gateway, issuer=issuer)
            await _bootstrap()
            return await listed_park(
                Addresses.behind(gateway),
                tokens=lambda person: sign_in(provider, issuer, person),
                mailbox=Letters(None),
                files=files,
                client=client,
            )

        log = f"The logs: {COMPOSE} logs"
        return await tell(opens, at=gateway, log=log, console=Console())


async def _answers(client: httpx.AsyncClient, *, gateway: str, issuer: str) -> None:
    """Whoever is not signed in is refused by each service: it is there, and its database too."""
    wanted: Mapping[str, int] = {
        f"{gateway}/access/v1/people": 401,
        f"{gateway}/visitors/v1/visits": 401,
        f"{gateway}/booking/v1/bookings": 401,
        f"{issuer}/.well-known/openid-configuration": 200,
    }
    for url, status in wanted.items():

        async def look(url: str = url, status: int = status) -> bool | None:
            try:
                return (await client.get(url)).status_code == status or None
            except httpx.HTTPError:
                return None

        await until(look, what=f"{status} from {url}", patience=PATIENCE)


async def _bootstrap() -> None:
    """Somebody has to be the first: listed where the database is at hand."""
    wanted = [
        *("--email", FIRST.email, "--given-name", FIRST.given_name),
        *("--family-name", FIRST.family_name, "--tenant", FIRST.tenant),
        *("--language", FIRST.language),
    ]
    command = [
        *shlex.split(COMPOSE),
        *("exec", "-T", "access-api", "python", "-m", "services.access", "bootstrap", *wanted),
    ]

    async def look() -> bool | None:
        done = await asyncio.to_thread(
            subprocess.run, command, stdin=subprocess.DEVNULL, timeout=60, check=False
        )
        return done.returncode == 0 or None

    await until(look, what="a first operator whom access was told of", patience=60)
