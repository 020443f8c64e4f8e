"""`python -m deploy.local run | demo | token`: the embedded park from the command line."""

import argparse
import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx
import uvloop
from rich.console import Console

from deploy.local.demo import play_the_day
from deploy.local.embedded import EmbeddedPark, embedded_park, wanted_port
from deploy.local.issuer import issuer_with_key_in
from deploy.local.opening import open_the_park
from deploy.local.park import THE_PARK
from deploy.local.postgres import PostgresFailed

console = Console()


def main(argv: Sequence[str] | None = None) -> None:
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
            address = f"http://127.0.0.1:{wanted_port()}/issuer"
            issuer = issuer_with_key_in(root / "keys", address=address)
            print(issuer.token(asked.email, roles=asked.role))
        else:
            sys.exit(uvloop.run(_run(root) if asked.command == "run" else _demo(root)))
    except PostgresFailed as failed:
        sys.exit(str(failed))
    except KeyboardInterrupt:
        sys.exit(130)


async def _run(root: Path) -> int:
    told = asyncio.Event()
    for signum in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(signum, told.set)
    async with embedded_park(root, port=wanted_port()) as park:
        async with httpx.AsyncClient(timeout=30) as client:
            await open_the_park(park, client=client)
        _show(park)
        await told.wait()
        print("Stopping ...", flush=True)
    return 0


async def _demo(root: Path) -> int:
    me = asyncio.current_task()
    assert me is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, me.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        async with embedded_park(root, port=wanted_port()) as park:
            return await play_the_day(park, console=console)
    return 143


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


if __name__ == "__main__":
    main()
