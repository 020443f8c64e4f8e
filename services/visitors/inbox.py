"""The registries of this service's reactions: to what others announce, and to its own timers."""

from shared.messaging.inbox import Inbox
from shared.messaging.timers import Timers

inbox = Inbox("visitors")
timers = Timers("visitors")
