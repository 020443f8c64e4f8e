"""The commands of a service: `python -m services.<service> [serve | work | migrate | …]`.

This is the outermost edge: settings are read here, and everything is built from them. One rule:
what stands in a command's way is told in one sentence, and its exit code says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Annotated, Any

import typer
import uvloop

from shared import rotating, set_aside
from shared.clock import prepare_zones
from shared.database import as_refusals
from shared.doctor.shell import examine
from shared.errors import Refusal
from shared.keys import make_key
from shared.log import log_what_nobody_catches, prepare_logs
from shared.messaging.settings import MessagingSettings
from shared.migrate import migrate, must_be_migrated
from shared.running import Part, run
from shared.service import Command, Service, Work
from shared.settings import ServiceSettings, load
from shared.telemetry import prepare_traces
from shared.web.ground import Ground

Edge = Callable[[], None]
"""What a command line has asked for, ready to be done."""


def main(service: Service[Any], argv: Sequence[str] | None = None) -> None:
    """Reads the command line and the settings, runs one command to its end, and exits."""
    asked = None if argv is None else list(argv)
    commands_of(service)(args=asked, prog_name=f"parvis {service.name}")


def commands(told: str, **options: Any) -> typer.Typer:
    """A group of commands, told of in plain text: it is read in logs and pods as well."""
    return typer.Typer(
        help=told,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,  # they would print what variables hold
        **options,
    )


def commands_of(service: Service[Any]) -> typer.Typer:
    """What every service can be told, and what this one can. Settings are read after the command
    line, so that `--help` needs none.
    """
    app = commands(
        f"The service {service.name}. Without a command it serves and works in one process, "
        "which is enough for a small park.",
        invoke_without_command=True,
        result_callback=lambda edge: edge(),
    )

    @app.callback()
    def both(context: typer.Context) -> Edge | None:
        return None if context.invoked_subcommand else _running(service, "both")

    @app.command()
    def serve() -> Edge:
        """Answer HTTP only."""
        return _running(service, "serve")

    @app.command()
    def work() -> Edge:
        """Relay, react and run timers only."""
        return _running(service, "work")

    @app.command(name="migrate")
    def bring_up_to_date() -> Edge:
        """Bring the schema up to date and make missing keys."""
        return lambda: _prepare(service)

    @app.command()
    def doctor() -> Edge:
        """Look at everything it depends on, and say what to do."""
        return lambda: examine(service)

    app.add_typer(_keys(service), name="keys", no_args_is_help=True)
    events = commands("What could not be reacted to, or said.")
    app.add_typer(events, name="events", no_args_is_help=True)
    _add(events, service, *set_aside.COMMANDS)
    _add(app, service, Command(name="announce-again", asked=_announce_again(service)))
    _add(app, service, *service.commands)
    return app


def _keys(service: Service[Any]) -> typer.Typer:
    app = commands(f"Its key files: {', '.join(service.keys)}. One key a line, the newest first.")

    @app.command()
    def rotate(name: str) -> Edge:
        """Put in a new key; what the old ones made stays good."""
        rotating.must_be_key(service, name)
        return lambda: _with_settings(service, rotating.rotate(name))

    @app.command()
    def renew(name: str) -> Edge:
        """Make anew what old keys made, as far as that is kept."""
        rotating.must_be_renewable(service, name)
        return lambda: _on_ground(service, rotating.renew(service, name))

    @app.command()
    def drop(
        name: str,
        whatever_it_made: Annotated[
            bool, typer.Option("--whatever-it-made", help="Though nothing tells what needs them.")
        ] = False,
    ) -> Edge:
        """Take out all keys but the newest, once nothing needs them."""
        rotating.must_be_key(service, name)
        if not whatever_it_made:
            rotating.must_be_known_to_be_over(service, name)
        return lambda: _on_ground(service, rotating.drop(service, name))

    return app


def _add(app: typer.Typer, service: Service[Any], *found: Command) -> None:
    for command in found:
        app.command(name=command.name)(_on_its_ground(service, command))


def _on_its_ground(service: Service[Any], command: Command) -> Callable[..., Edge]:
    @wraps(command.asked)
    def edge(*args: Any, **kwargs: Any) -> Edge:
        work = command.asked(*args, **kwargs)
        return lambda: _on_ground(service, work)

    return edge


def _on_ground(service: Service[Any], work: Work) -> None:
    _with_settings(
        service, lambda settings: uvloop.run(_own(service, service.ground(settings), work))
    )


def _running(service: Service[Any], part: Part) -> Edge:
    return lambda: _with_settings(
        service, lambda settings: uvloop.run(run(service, service.ground(settings), part=part))
    )


def _prepare(service: Service[Any]) -> None:
    def prepare(settings: ServiceSettings) -> None:
        for key in service.keys:  # first, since others wait for the schema
            make_key(settings.keys_dir, key)
        migrate(service.name, url=settings.database_url, patience=settings.start_patience_seconds)

    _with_settings(service, prepare)


def _with_settings(service: Service[Any], do: Callable[[ServiceSettings], None]) -> None:
    prepare_zones()
    settings = load(service.settings)
    load(MessagingSettings)
    prepare_logs(level=settings.log_level)
    log_what_nobody_catches()
    prepare_traces(service.name)
    with _told_in_a_sentence():
        do(settings)


@contextmanager
def _told_in_a_sentence() -> Iterator[None]:
    """What stands in a command's way and is no mistake of ours is no traceback either."""
    try:
        with as_refusals():
            yield
    except Refusal as refusal:
        raise SystemExit(str(refusal)) from None


def _announce_again(service: Service[Any]) -> Callable[[], Work]:
    async def work(ground: Ground) -> None:
        print(f"{await service.announce_again(ground.database)} facts are announced again")

    def announce_again() -> Work:
        """Send the latest facts of everything that lives."""
        return work

    return announce_again


async def _own(service: Service[Any], ground: Ground, work: Work) -> None:
    try:
        await must_be_migrated(service.name, database=ground.database)
        await work(ground)
    finally:
        await ground.database.close()
