"""The registries that the slices' reactions declare themselves in."""

from shared.events.retelling import AccessAnnouncedAgain, VisitsAnnouncedAgain
from shared.messaging.inbox import Inbox
from shared.messaging.retelling import keep_retelling
from shared.messaging.timers import Timers

inbox = Inbox("booking")
timers = Timers("booking")

inbox.on(AccessAnnouncedAgain, VisitsAnnouncedAgain)(keep_retelling)
