"""Tell hosts what their visitors say: that they are late, or not coming."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

FORMER = "'invitation', 'update', 'cancellation', 'host_told'"
ADDED = "'visitor_late', 'visitor_not_coming'"


def upgrade() -> None:
    _kinds(f"{FORMER}, {ADDED}")


def downgrade() -> None:
    of_them = f"SELECT id FROM notices WHERE kind IN ({ADDED})"  # noqa: S608 - fixed words
    op.execute(f"DELETE FROM notice_attempts WHERE notice_id IN ({of_them})")  # noqa: S608
    op.execute(f"DELETE FROM notices WHERE kind IN ({ADDED})")  # noqa: S608
    _kinds(FORMER)


def _kinds(words: str) -> None:
    op.drop_constraint(op.f("notices_kind"), "notices")
    op.create_check_constraint(op.f("notices_kind"), "notices", f"kind IN ({words})")
