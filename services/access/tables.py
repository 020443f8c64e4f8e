"""Every table of access, for migrations: importing a slice's domain declares its tables."""

from services.access.alarms import domain as alarms
from services.access.ceilings import domain as ceilings
from services.access.controllers import domain as controllers
from services.access.credentials import domain as credentials
from services.access.database import AccessTable
from services.access.decisions import records as decisions
from services.access.departures import domain as departures
from services.access.directory import domain as directory
from services.access.evacuations import domain as evacuations
from services.access.groups import domain as groups
from services.access.heartbeats import domain as heartbeats
from services.access.journal import domain as journal
from services.access.lockdowns import domain as lockdowns
from services.access.pins import domain as pins
from services.access.policy import watched as policy
from services.access.premises import domain as premises
from services.access.presence import domain as presence
from services.access.rights import domain as rights
from services.access.rights import known
from services.access.schedules import domain as schedules

SLICES = (
    alarms,
    ceilings,
    controllers,
    credentials,
    decisions,
    departures,
    directory,
    groups,
    evacuations,
    heartbeats,
    journal,
    known,
    pins,
    lockdowns,
    policy,
    premises,
    presence,
    rights,
    schedules,
)

metadata = AccessTable.metadata
