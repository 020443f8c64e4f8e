"""The registries of this service's reactions: to what others announce, and to its own timers."""

from shared.events.retelling import AccessAnnouncedAgain, BookingsAnnouncedAgain
from shared.messaging.inbox import Inbox
from shared.messaging.retelling import keep_retelling
from shared.messaging.timers import Timers

inbox = Inbox("visitors")
timers = Timers("visitors")

inbox.on(AccessAnnouncedAgain, BookingsAnnouncedAgain)(keep_retelling)
