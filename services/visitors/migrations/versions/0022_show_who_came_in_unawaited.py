"""Show who came in by the pass of a visit that is off or of another day, and tell of them."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

FORMER = (
    "'invitation', 'update', 'cancellation', 'host_told', 'visitor_late', 'visitor_not_coming', "
    "'visitor_arrived', 'co_host_told', 'desk_told', 'approval_asked'"
)
ADDED = "'let_in_unawaited'"


def upgrade() -> None:
    op.add_column("visits", sa.Column("let_in_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "visits_let_in_idx",
        "visits",
        ["let_in_at"],
        postgresql_where=sa.text("let_in_at IS NOT NULL"),
    )
    _kinds(f"{FORMER}, {ADDED}")


def downgrade() -> None:
    of_them = f"SELECT id FROM notices WHERE kind IN ({ADDED})"  # noqa: S608 - fixed words
    op.execute(f"DELETE FROM notice_attempts WHERE notice_id IN ({of_them})")  # noqa: S608
    op.execute(f"DELETE FROM notices WHERE kind IN ({ADDED})")  # noqa: S608
    _kinds(FORMER)
    op.drop_index("visits_let_in_idx", table_name="visits")
    op.drop_column("visits", "let_in_at")


def _kinds(words: str) -> None:
    op.drop_constraint(op.f("notices_kind"), "notices")
    op.create_check_constraint(op.f("notices_kind"), "notices", f"kind IN ({words})")
