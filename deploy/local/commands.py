"""What `python -m deploy.local` can be told: `run`, `demo`, `token`."""

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

import httpx
import uvloop
from rich.console import Console

from deploy.local.demo import play_the_day
from deploy.local.embedded import EmbeddedPark, embedded_park, wanted_port
from deploy.local.issuer import issuer_with_key_in
from deploy.local.opening import open_the_park
from deploy.local.park import THE_PARK
from deploy.local.park_files import ParkFiles
from deploy.local.postgres import PostgresFailed

console = Console()


def run(argv: Sequence[str] | None = None) -> None:
    """Runs one command to its end; Ctrl-C is the ordinary end of `run`."""
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="serve the example park until Ctrl-C")
    commands.add_parser("demo", help="play a working day at the example park")
    token = commands.add_parser("token", help="a token for a person of the example park")
    token.add_argument("email")
    token.add_argument("--role", action="append", default=[], help="may be given several times")
    asked = parser.parse_args(argv)
    root = Path(os.environ.get("PARVIS_HOME", ".parvis"))
    try:
        if asked.command == "token":
            ParkFiles(root).prepare()
            address = f"http://127.0.0.1:{wanted_port()}/issuer"
            issuer = issuer_with_key_in(root / "keys", address=address)
            print(issuer.token(asked.email, roles=asked.role))
        elif asked.command == "run":
            told = uvloop.run(_until_told(_serve(root)))
            sys.exit(0 if told < 0 else told)
        else:
            told = uvloop.run(_until_told(_demo(root)))
            sys.exit(128 - told if told < 0 else told)
    except PostgresFailed as failed:
        sys.exit(str(failed))


async def _until_told(work: Coroutine[Any, Any, int]) -> int:
    """What `work` says; or, once it was stopped in order, minus the signal that did it."""
    working = asyncio.ensure_future(work)
    told: list[int] = []

    def stop(signum: int) -> None:
        if not told:
            print("\nStopping ...", flush=True)
            working.cancel()
        told.append(signum)

    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, stop, signum)
    try:
        return await working
    except asyncio.CancelledError:
        return -told[0]


async def _serve(root: Path) -> int:
    async with embedded_park(root, port=wanted_port()) as park:
        async with httpx.AsyncClient(timeout=30) as client:
            await open_the_park(park, client=client)
        _show(park)
        await asyncio.Event().wait()
    raise AssertionError("it ends only when it is told")


async def _demo(root: Path) -> int:
    async with embedded_park(root, port=wanted_port()) as park:
        return await play_the_day(park, console=console)


def _show(park: EmbeddedPark) -> None:
    tokens = {
        role: park.issuer.token(person.email, roles=person.roles)
        for role, person in THE_PARK.examples.items()
    }
    files = park.files
    kept = files.write_private("tokens.json", tokens)
    print(f"\n{THE_PARK.name} is open at {park.base_url} (Ctrl-C closes it)\n")
    for name in park.grounds:
        print(f"  {name:11} {park.base_url}/{name}/docs   {park.base_url}/{name}/openapi.json")
    print(f"  issuer      {park.issuer.address}/.well-known/openid-configuration")
    print(f"  mail        {files.mail}\n  logs        {files.log}")
    print(f"  databases   {files.keys / 'databases.json'}")
    print(f"  controllers {files.keys / 'controllers.json'} (X-Device-Key)")
    print(f"\nTokens, good for twelve hours (Authorization: Bearer ...), also in {kept}:\n")
    for role, person in THE_PARK.examples.items():
        print(f"  {role}: {person.display_name}, {person.tenant}\n{tokens[role]}")
    print(flush=True)
