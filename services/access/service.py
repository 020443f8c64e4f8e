"""Access as its parts, for the commands, the embedded park and the tests."""

from __future__ import annotations

import services.access.departures.reactions
import services.access.rights.reactions  # noqa: F401 - declares the reactions, as the line above
from services.access.app import create_app
from services.access.cli import COMMANDS, tell_all
from services.access.directory.commands import recognise
from services.access.inbox import inbox, timers
from services.access.kept import KEPT
from services.access.settings import AccessSettings
from services.access.surroundings import PIN_KEY, surround
from services.access.tables import metadata
from services.access.worker import loops
from shared.rebuilding import rebuild_command
from shared.service import Service
from shared.web import Ground


class Access(Service[AccessSettings]):
    """Its rules know how long before a booking doors open."""

    def ground(self, settings: AccessSettings) -> Ground:
        ground = super().ground(settings)
        surround(ground)
        return ground


SERVICE = Access(
    name="access",
    settings=AccessSettings,
    metadata=metadata,
    inbox=inbox,
    timers=timers,
    directory=recognise,
    create_app=create_app,
    tell_all=tell_all,
    loops=loops,
    keys=(PIN_KEY,),
    commands=(*COMMANDS, rebuild_command(KEPT)),
)
