"""The day against the compose stack while all passwords of the services are changed in turn.

Each is changed amid a few steps, by the script that operators use. Then, between two steps, the
server ends all connections of that login: whoever goes on was let in by the new password. Nobody
asks again; whoever is refused ends the day.
"""

import shlex
import subprocess
import sys
from collections.abc import Iterator
from itertools import product

from deploy.local.composed import COMPOSE, main
from deploy.local.day import Step
from shared.messaging.topology import SERVICES
from tests.compose.foreign import by_code

STEPS = 5
"""In which one password is changed."""
CUT = {
    "database": (
        *("postgres", "psql", "-qX", "-h", "/var/run/postgresql", "-U", "postgres", "-c"),
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = '{}'",
    ),
    "broker": ("rabbitmq", "rabbitmqctl", "-q", "close_all_user_connections", "{}", "rotated"),
}


class Rotating:
    """Begins the next change after every few steps, once the one before has come to its end."""

    def __init__(self) -> None:
        self._next: Iterator[tuple[str, str]] = iter(product(CUT, SERVICES))
        self._steps = 0
        self._changing: tuple[str, str, subprocess.Popen[bytes]] | None = None

    def __call__(self, step: Step) -> None:
        self._steps += 1
        if self._steps % STEPS:
            return
        if self._changing is not None:
            self._end(*self._changing)
            self._changing = None
        if found := next(self._next, None):
            command = ["sh", "deploy/compose/rotate.sh", *found]
            self._changing = (*found, subprocess.Popen(command, stdout=subprocess.DEVNULL))

    def _end(self, server: str, service: str, changing: "subprocess.Popen[bytes]") -> None:
        if changing.wait(120):
            raise SystemExit(f"{server} {service} was not changed")
        cut = [each.format(service) for each in CUT[server]]
        subprocess.run([*shlex.split(COMPOSE), "exec", "-T", *cut], check=True, capture_output=True)
        sys.stdout.write(f"            -- {service} has a new password at the {server} --\n")


if __name__ == "__main__":
    main(by_code, after_each_step=Rotating())
