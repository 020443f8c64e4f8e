"""What the desk can be asked: only by receptionists, on visits that they may see."""

from services.visitors.desk.commands.receiving import (
    OnlyTheDesk,
    must_be_at_the_desk,
    name_host,
    visit_at_desk,
)
from services.visitors.desk.commands.together import Done, Refused, take_together
from services.visitors.desk.commands.walking_in import WalkIn, receive_walk_in

__all__ = [
    "Done",
    "OnlyTheDesk",
    "Refused",
    "WalkIn",
    "must_be_at_the_desk",
    "name_host",
    "receive_walk_in",
    "take_together",
    "visit_at_desk",
]
