"""What access does when others speak, and later: registries in which slices declare reactions."""

from shared.events.retelling import BookingsAnnouncedAgain, VisitsAnnouncedAgain
from shared.messaging.inbox import Inbox
from shared.messaging.retelling import keep_retelling
from shared.messaging.timers import Timers

inbox = Inbox("access")
timers = Timers("access")

inbox.on(BookingsAnnouncedAgain, VisitsAnnouncedAgain)(keep_retelling)
