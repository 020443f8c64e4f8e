"""What access does when others speak, and later: registries in which slices declare reactions."""

from shared.messaging.inbox import Inbox
from shared.messaging.timers import Timers

inbox = Inbox("access")
timers = Timers("access")
