"""Visitors as its parts, for the commands, the embedded park and the tests."""

import services.visitors.directory.reactions
import services.visitors.leavers.reactions
import services.visitors.visits.reactions  # noqa: F401 - declares the reactions, as the lines above
from services.visitors.app import create_app
from services.visitors.cli import REDERIVE, announce_again
from services.visitors.doctor import mail_leaves
from services.visitors.inbox import inbox, timers
from services.visitors.settings import VisitorsSettings
from services.visitors.tables import metadata
from services.visitors.worker import LINK_KEY, PASS_KEY, SEAL_KEY, loops
from shared.directory import person_signing_in
from shared.service import Service

SERVICE = Service(
    name="visitors",
    settings=VisitorsSettings,
    metadata=metadata,
    inbox=inbox,
    timers=timers,
    directory=person_signing_in,
    create_app=create_app,
    announce_again=announce_again,
    loops=loops,
    keys=(PASS_KEY, LINK_KEY, SEAL_KEY),
    commands=(REDERIVE,),
    looks=(mail_leaves,),
)
