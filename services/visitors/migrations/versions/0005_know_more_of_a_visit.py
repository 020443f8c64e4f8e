"""Know more of a visit: its kind and conditions, breaks, approval, what the visitor says, series."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LISTS = {
    "kind": "'visitor', 'contractor', 'delivery'",
    "approval_by": "'host', 'tenant'",
    "says": "'late', 'not_coming'",
}
FORMER_STEPS = "'expect', 'reschedule', 'arrive', 'check_in', 'check_out', 'cancel'"
STEPS = (
    "'draft', 'request', 'expect', 'refuse', 'reschedule', 'change_host', 'rotate_pass', "
    "'revoke_pass', 'arrive', 'check_in', 'undo_check_in', 'start_break', 'end_break', "
    "'check_out', 'undo_check_out', 'cancel', 'miss', 'lose'"
)
TIMES = ("here_at", "break_at", "id_seen_at", "badge_printed_at", "pass_revoked_at", "says_at")
WORDS = (
    "private_note",
    "accessibility",
    "plate",
    "permit_number",
    "decision_reason",
)
IDS = ("id_seen_by", "pass_revoked_by", "decided_by", "series_id")
TO_SWEEP = (
    "status IN ('draft', 'pending_approval', 'expected', 'arrived', 'checked_in', 'on_break')"
)


def upgrade() -> None:
    add: list[sa.Column[Any]] = [
        sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in TIMES
    ]
    add += [sa.Column(name, sa.String(), nullable=True) for name in WORDS]
    add += [sa.Column(name, sa.Uuid(), nullable=True) for name in IDS]
    add += [
        sa.Column(name, sa.Date(), nullable=True) for name in ("insurance_until", "induction_on")
    ]
    add += [
        sa.Column("kind", sa.Text(), nullable=False, server_default="visitor"),
        sa.Column("approval_by", sa.Text(), nullable=True),
        sa.Column("says", sa.Text(), nullable=True),
        sa.Column("says_late_minutes", sa.Integer(), nullable=True),
        sa.Column("recurrence_wall", sa.DateTime(), nullable=True),
    ]
    for column in add:
        op.add_column("visits", column)
    op.alter_column("visits", "kind", server_default=None)
    for name, words in LISTS.items():
        op.create_check_constraint(op.f(f"visits_{name}"), "visits", f"{name} IN ({words})")
    op.execute(
        "UPDATE visits SET here_at = coalesce(checked_in_at, arrived_at)"
        " WHERE coalesce(checked_in_at, arrived_at) IS NOT NULL"
    )
    op.create_index(
        "visits_of_series_idx",
        "visits",
        ["series_id", "starts_at"],
        postgresql_where=sa.text("series_id IS NOT NULL"),
    )
    op.create_index(
        "visits_to_sweep_idx",
        "visits",
        ["pass_valid_until"],
        postgresql_where=sa.text(TO_SWEEP),
    )
    op.add_column("visit_steps", sa.Column("reason", sa.String(), nullable=True))
    _steps(STEPS)


def downgrade() -> None:
    op.execute(f"DELETE FROM visit_steps WHERE step NOT IN ({FORMER_STEPS})")  # noqa: S608 - fixed
    _steps(FORMER_STEPS)
    op.drop_column("visit_steps", "reason")
    op.drop_index("visits_to_sweep_idx", table_name="visits")
    op.drop_index("visits_of_series_idx", table_name="visits")
    others = ("insurance_until", "induction_on", "kind", "approval_by", "says")
    for name in (*TIMES, *WORDS, *IDS, *others, "says_late_minutes", "recurrence_wall"):
        op.drop_column("visits", name)


def _steps(words: str) -> None:
    op.drop_constraint(op.f("visit_steps_step"), "visit_steps")
    op.create_check_constraint(op.f("visit_steps_step"), "visit_steps", f"step IN ({words})")
