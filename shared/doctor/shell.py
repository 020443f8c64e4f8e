"""`parvis <service> doctor`: a line for each thing that was looked at; ends with 1 on a `fail`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import uvloop

from shared.clock import StaleZoneRules
from shared.doctor import machine
from shared.doctor.broker import broker
from shared.doctor.database import database
from shared.doctor.findings import Finding, fail, ok
from shared.doctor.identity import identity
from shared.log import prepare_logs
from shared.messaging.settings import MessagingSettings
from shared.service import Service
from shared.settings import ServiceSettings, load


def examine(service: Service[Any]) -> None:
    """Looks at everything, also where something is wrong, and exits."""
    prepare_logs(level="critical")  # what is found is told here, once
    has_failed = uvloop.run(_told(service))
    raise SystemExit(1 if has_failed else 0)


async def _told(service: Service[Any]) -> bool:
    has_failed = False
    async for finding in findings(service):
        print(finding, flush=True)
        has_failed |= finding.state == "fail"
    return has_failed


async def findings(service: Service[Any]) -> AsyncIterator[Finding]:
    """What its environment is like, from the nearest to the farthest."""
    for finding in (*machine.zone_rules(), *machine.secrets()):
        yield finding
    try:
        settings: ServiceSettings = load(service.settings)
        load(MessagingSettings)
    except StaleZoneRules:
        return  # said above, and nothing with a time in it can be looked at
    except SystemExit as wrong:
        yield fail("settings", f"{wrong} Set it, then ask again: all else depends on it.")
        return
    yield ok("settings", "None is missing or wrong.")
    for finding in machine.keys(settings, service.keys):
        yield finding
    looks = (
        database(service.name, settings, metadata=service.metadata),
        broker(service.name, settings),
        identity(settings),
        *(look(settings) for look in service.looks),
    )
    for look in looks:
        async for finding in look:
            yield finding
