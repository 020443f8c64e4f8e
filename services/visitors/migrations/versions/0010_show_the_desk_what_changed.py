"""Show the desk its day, and what has changed since it last looked."""

import sqlalchemy as sa
from alembic import op

from shared.snapshots import EPOCH_DDL, TransactionId

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CHANGED = """
CREATE FUNCTION visit_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.changed := pg_current_xact_id();
    PERFORM pg_notify('parvis_visits', '');
    RETURN NEW;
END $$
"""
TRIGGER = """
CREATE TRIGGER visit_changed BEFORE INSERT OR UPDATE ON visits
FOR EACH ROW EXECUTE FUNCTION visit_changed()
"""


def upgrade() -> None:
    op.add_column("visits", sa.Column("changed", TransactionId(), nullable=True))
    op.create_index("visits_changed_idx", "visits", ["changed"])
    op.create_index(
        "visits_here_idx",
        "visits",
        ["tenant_id"],
        postgresql_where=sa.text("status IN ('arrived', 'checked_in', 'on_break')"),
    )
    op.create_index(
        "visits_over_night_idx",
        "visits",
        ["ends_at"],
        postgresql_where=sa.text("ends_wall::date > starts_wall::date"),
    )
    for statement in (EPOCH_DDL, CHANGED, TRIGGER):
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TRIGGER visit_changed ON visits")
    op.execute("DROP FUNCTION visit_changed")
    op.execute("DROP FUNCTION database_epoch")
    op.drop_index("visits_over_night_idx", table_name="visits")
    op.drop_index("visits_here_idx", table_name="visits")
    op.drop_column("visits", "changed")
