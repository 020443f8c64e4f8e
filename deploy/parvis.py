"""The command `parvis`: `parvis <service> …` hands over to the service's own commands."""

import sys

from deploy.services import service
from shared.cli import main as run_service
from shared.messaging.topology import SERVICES

USAGE = f"""usage: parvis {{{",".join(SERVICES)}}} [command …]   (parvis access --help says more)
       parvis people import FILE         (parvis access people-import)
       parvis bookings rederive          (parvis booking bookings-rederive)
       parvis local {{run,demo,token}} …"""


def main() -> None:
    """Dispatches, nothing else."""
    name, *rest = sys.argv[1:] or [""]
    if name in SERVICES:
        run_service(service(name), rest)
    elif name == "people" and rest[:1] == ["import"]:
        run_service(service("access"), ["people-import", *rest[1:]])
    elif name == "bookings" and rest[:1] == ["rederive"]:
        run_service(service("booking"), ["bookings-rederive", *rest[1:]])
    elif name == "local":
        from deploy.local.__main__ import (
            main as run_locally,
        )  # the extra `local` is only needed here

        run_locally(rest)
    else:
        sys.exit(USAGE)


if __name__ == "__main__":
    main()
