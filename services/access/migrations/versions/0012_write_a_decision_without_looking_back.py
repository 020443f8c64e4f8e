"""Write a decision without looking its journal entry up again.

Both rows come from one statement, and the journal refuses to change or delete; to look each entry
up once more cost more than to write it, and in a new park, before its tables have statistics, a
scan of the whole journal with every read at a door.
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

REFERRING = ("decisions", "journal_particulars")


def upgrade() -> None:
    for table in REFERRING:
        op.drop_constraint(op.f(f"{table}_entry_id_fkey"), table, type_="foreignkey")


def downgrade() -> None:
    for table in REFERRING:
        op.create_foreign_key(
            op.f(f"{table}_entry_id_fkey"), table, "journal_entries", ["entry_id"], ["entry_id"]
        )
