"""Call others where the host of a visitor who is here is silent; keep each reader's notices apart."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

FORMER = "'invitation', 'update', 'cancellation', 'host_told', 'visitor_late', 'visitor_not_coming'"
ADDED = "'visitor_arrived', 'co_host_told', 'desk_told', 'approval_asked'"


def upgrade() -> None:
    _kinds(f"{FORMER}, {ADDED}")
    op.add_column("notices", sa.Column("reader", sa.String(), nullable=True))
    op.execute(
        "UPDATE notices SET reader = CASE WHEN kind IN ('invitation', 'update', 'cancellation')"
        " THEN 'visitor' ELSE 'host' END"
    )
    op.alter_column("notices", "reader", nullable=False)
    for name in ("host_told_at", "host_coming_at"):
        op.add_column("visits", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.add_column("visits", sa.Column("host_coming_by", sa.Uuid(), nullable=True))
    op.add_column(
        "visit_policies",
        sa.Column("escalate_after_minutes", sa.Integer(), nullable=False, server_default="5"),
    )
    op.alter_column("visit_policies", "escalate_after_minutes", server_default=None)
    op.create_check_constraint(
        op.f("visit_policies_escalate_after_minutes"),
        "visit_policies",
        "escalate_after_minutes BETWEEN 1 AND 120",
    )


def downgrade() -> None:
    op.drop_column("visit_policies", "escalate_after_minutes")
    for name in ("host_coming_by", "host_coming_at", "host_told_at"):
        op.drop_column("visits", name)
    op.drop_column("notices", "reader")
    of_them = f"SELECT id FROM notices WHERE kind IN ({ADDED})"  # noqa: S608 - fixed words
    op.execute(f"DELETE FROM notice_attempts WHERE notice_id IN ({of_them})")  # noqa: S608
    op.execute(f"DELETE FROM notices WHERE kind IN ({ADDED})")  # noqa: S608
    _kinds(FORMER)


def _kinds(words: str) -> None:
    op.drop_constraint(op.f("notices_kind"), "notices")
    op.create_check_constraint(op.f("notices_kind"), "notices", f"kind IN ({words})")
