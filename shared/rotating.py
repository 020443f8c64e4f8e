"""What can be asked of a service's key files: a new key, what old ones made anew, no old ones."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import typer

from shared.keys import drop_old_keys, rotate_key
from shared.service import Service
from shared.settings import ServiceSettings
from shared.web.ground import Ground


def must_be_key(service: Service[Any], name: str) -> None:
    if name not in service.keys:
        raise typer.BadParameter(f"it is none of: {', '.join(service.keys)}")


def must_be_renewable(service: Service[Any], name: str) -> None:
    must_be_key(service, name)
    if name not in service.renewals:
        raise typer.BadParameter(f"what {name}.key has made is not kept, or cannot be made anew")


def must_be_known_to_be_over(service: Service[Any], name: str) -> None:
    if name not in service.renewals:
        raise typer.BadParameter(
            f"nothing tells what still needs an old {name}.key, and that is worth nothing without "
            "it: docs/operations/rotating.md says until when; then add --whatever-it-made"
        )


def rotate(name: str) -> Callable[[ServiceSettings], None]:
    """The first key of the file is a new one; the others stay behind it."""

    def work(settings: ServiceSettings) -> None:
        keys = rotate_key(settings.keys_dir, name)
        print(f"{name}.key has a new key, and {len(keys) - 1} before it")

    return work


def renew(service: Service[Any], name: str) -> Callable[[Ground], Awaitable[None]]:
    """What old keys made is made anew with the newest."""

    async def work(ground: Ground) -> None:
        print(await service.renewals[name].renew(ground))

    return work


def drop(service: Service[Any], name: str) -> Callable[[Ground], Awaitable[None]]:
    """The newest key alone is left; not while something is kept that needs an old one."""

    async def work(ground: Ground) -> None:
        if name in service.renewals and (left := await service.renewals[name].left(ground)):
            raise SystemExit(
                f"{left} things need an old key of {name}.key: wait until they are over, or run "
                f"`parvis {service.name} keys renew {name}`."
            )
        print(f"{drop_old_keys(ground.settings.keys_dir, name)} old keys are gone from {name}.key")

    return work
