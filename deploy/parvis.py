"""The command `parvis`: `parvis <service> …` hands over to the service's own commands."""

import os
import subprocess
import sys
from collections.abc import Callable
from typing import Annotated

import typer

from deploy.services import service
from shared.cli import commands
from shared.cli import main as run_service
from shared.messaging.topology import SERVICES

Words = list[str]
DOCTOR = "Look at everything that a service, or each, depends on."
REBUILD = "End what the others no longer tell a service of."


def main() -> None:
    """Reads the first words of the command line, hands the others over, and exits."""
    app = commands("The park's command line; `parvis access --help` says more.")
    for name in SERVICES:
        _hand_over(app, name, _to(name), f"What {name} can be told.")
    people = _group(app, "people", "Who works here.")
    _hand_over(people, "import", _to("access", "people-import"), "From a CSV file.")
    bookings = _group(app, "bookings", "What holds rooms.")
    again = "By today's rules of the time zones."
    _hand_over(bookings, "rederive", _to("booking", "bookings-rederive"), again)
    _hand_over(app, "doctor", _examine, DOCTOR)
    _hand_over(app, "rebuild", _rebuild, REBUILD)
    _hand_over(app, "local", _run_locally, "The park in one process: run, demo, token.")
    app(prog_name="parvis")


def _group(app: typer.Typer, name: str, told: str) -> typer.Typer:
    group = commands(told)
    app.add_typer(group, name=name)
    return group


def _hand_over(app: typer.Typer, name: str, to: Callable[[Words], None], told: str) -> None:
    @app.command(
        name=name,
        help=told,
        add_help_option=False,  # whoever it is handed to helps
        context_settings={"ignore_unknown_options": True},
    )
    def handed_over(words: Annotated[Words | None, typer.Argument(metavar="…")] = None) -> None:
        to(words or [])


def _to(name: str, *first: str) -> Callable[[Words], None]:
    return lambda words: run_service(service(name), [*first, *words])


def _examine(words: Words) -> None:
    """Each service in its own environment: where `PARVIS_ACCESS_DATABASE_URL` is set, that is the
    `PARVIS_DATABASE_URL` of access.
    """
    usage = f"usage: parvis doctor [{' | '.join(SERVICES)}] …"
    if "--help" in words:
        print(f"{usage}\n{DOCTOR} Without a name, at all three. Ends with 1 where anything fails.")
        return
    if unknown := set(words) - set(SERVICES):
        _misused(f"{usage} not {unknown.pop()}")
    codes = []
    for name in words or SERVICES:
        if len(words) != 1:
            print(f"{name}:", flush=True)
        command = [sys.executable, "-m", f"services.{name}", "doctor"]
        codes.append(subprocess.run(command, env=_environment_of(name), check=False).returncode)
    raise SystemExit(max(codes))


def _rebuild(words: Words) -> None:
    name, *rest = words or [""]
    usage = f"usage: parvis rebuild {{{' | '.join(SERVICES)}}} [--dry-run]"
    if name == "--help":
        print(f"{usage}\n{REBUILD}")
    elif name not in SERVICES:
        _misused(usage)
    else:
        run_service(service(name), ["rebuild", *rest])


def _misused(how_to: str) -> None:
    """Ends as a command line that cannot be read does everywhere."""
    print(how_to, file=sys.stderr)
    raise SystemExit(2)


def _environment_of(name: str) -> dict[str, str]:
    own = f"PARVIS_{name.upper()}_"
    given = {key: value for key, value in os.environ.items() if key.startswith(own)}
    return os.environ | {f"PARVIS_{key.removeprefix(own)}": each for key, each in given.items()}


def _run_locally(words: Words) -> None:
    from deploy.local.__main__ import main  # the extra `local` is only needed here

    main(words)


if __name__ == "__main__":
    main()
