"""The registries that the slices' reactions declare themselves in."""

from shared.messaging.inbox import Inbox
from shared.messaging.timers import Timers

inbox = Inbox("booking")
timers = Timers("booking")
