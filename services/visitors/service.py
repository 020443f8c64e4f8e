"""Visitors as its parts, for the commands, the embedded park and the tests."""

import services.visitors.directory.reactions
import services.visitors.leavers.reactions
import services.visitors.visits.reactions  # noqa: F401 - declares the reactions, as the lines above
from services.visitors.app import create_app
from services.visitors.cli import REDERIVE, RENEWALS, REWORD, tell_all
from services.visitors.doctor import mail_leaves
from services.visitors.inbox import inbox, timers
from services.visitors.kept import KEPT
from services.visitors.settings import VisitorsSettings
from services.visitors.tables import metadata
from services.visitors.worker import (
    LINK_KEY,
    PASS_KEY,
    SEAL_KEY,
    loops,
    surround_sessions,
)
from shared.directory import person_signing_in
from shared.rebuilding import rebuild_command
from shared.service import Service

SERVICE = Service(
    name="visitors",
    settings=VisitorsSettings,
    metadata=metadata,
    inbox=inbox,
    timers=timers,
    directory=person_signing_in,
    create_app=create_app,
    tell_all=tell_all,
    loops=loops,
    keys=(PASS_KEY, LINK_KEY, SEAL_KEY),
    renewals=RENEWALS,
    commands=(REDERIVE, REWORD, rebuild_command(KEPT, prepare=surround_sessions)),
    looks=(mail_leaves,),
)
