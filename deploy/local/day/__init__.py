"""A working day at a park, as a story that is played through public HTTP and checked at every step.

The same story is the demo and a system test; it does not know how the park is run.
"""

from deploy.local.day.approving import ApprovalStory
from deploy.local.day.booking import BookingStory
from deploy.local.day.carrying import CarryingStory
from deploy.local.day.front import FrontStory
from deploy.local.day.giving_up import NoShowStory
from deploy.local.day.guest import GuestStory
from deploy.local.day.leaving import LeavingStory
from deploy.local.day.stage import Stage, Step, Tokens
from deploy.local.day.tidy import tidy_up
from deploy.local.day.visit import DeskStory
from deploy.local.day.wishing import WishingStory

__all__ = [
    "ApprovalStory",
    "BookingStory",
    "CarryingStory",
    "DeskStory",
    "FrontStory",
    "GuestStory",
    "LeavingStory",
    "NoShowStory",
    "Stage",
    "Step",
    "Tokens",
    "WishingStory",
    "play",
    "tidy_up",
]


async def play(stage: Stage) -> None:
    """The whole day; raises `Surprise` at the first step that goes otherwise."""
    await GuestStory(stage).play()
    await DeskStory(stage).play()
    await FrontStory(stage).play()
    await BookingStory(stage).play()
    await WishingStory(stage).play()
    await NoShowStory(stage).play()
    await ApprovalStory(stage).play()
    await CarryingStory(stage).play()
    await LeavingStory(stage).play()
