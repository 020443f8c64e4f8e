"""What can be asked for many visitors at once."""

from services.visitors.inviting.commands.groups import change_group, group_to_change, keep_group
from services.visitors.inviting.commands.many import Invited, Named, NotInvited, invite_many

__all__ = [
    "Invited",
    "Named",
    "NotInvited",
    "change_group",
    "group_to_change",
    "invite_many",
    "keep_group",
]
