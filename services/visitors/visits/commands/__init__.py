"""What visits can be asked: to be made, moved, decided, and to take the steps of a day."""

from services.visitors.visits.commands.calling import (
    UNANSWERED,
    acknowledge,
    call_further,
    particulars,
)
from services.visitors.visits.commands.conditions import (
    conditions_of,
    conditions_of_visit,
)
from services.visitors.visits.commands.deciding import (
    approve_visit,
    find_visitor,
    let_come,
    refuse_visit,
    turn_away,
)
from services.visitors.visits.commands.describing import Wish, describe_visit, submit_visit
from services.visitors.visits.commands.making import (
    Beginning,
    Invitation,
    NoSuchHost,
    NoSuchZone,
    OnlyYourOwnVisitors,
    appointment_of,
    beginning_of,
    expect,
    expect_many,
    expect_visitor,
    free_desk_code,
    how_of,
    must_be_colleagues,
    with_booked,
    zones_of,
)
from services.visitors.visits.commands.moving import (
    VisitFollowsBooking,
    cancel_visit,
    move,
    name_host,
    reschedule_visit,
)
from services.visitors.visits.commands.passes import (
    renew_pass,
    revoke_pass,
    rotate_pass,
    token_to_show,
)
from services.visitors.visits.commands.sweeping import sweep_visits
from services.visitors.visits.commands.taking import record, take, visit_to_change
from services.visitors.visits.commands.telling import tell_of_series

__all__ = [
    "UNANSWERED",
    "Beginning",
    "Invitation",
    "NoSuchHost",
    "NoSuchZone",
    "OnlyYourOwnVisitors",
    "VisitFollowsBooking",
    "Wish",
    "acknowledge",
    "appointment_of",
    "approve_visit",
    "beginning_of",
    "call_further",
    "cancel_visit",
    "conditions_of",
    "conditions_of_visit",
    "describe_visit",
    "expect",
    "expect_many",
    "expect_visitor",
    "find_visitor",
    "free_desk_code",
    "how_of",
    "let_come",
    "move",
    "must_be_colleagues",
    "name_host",
    "particulars",
    "record",
    "refuse_visit",
    "renew_pass",
    "reschedule_visit",
    "revoke_pass",
    "rotate_pass",
    "submit_visit",
    "sweep_visits",
    "take",
    "tell_of_series",
    "token_to_show",
    "turn_away",
    "visit_to_change",
    "with_booked",
    "zones_of",
]
