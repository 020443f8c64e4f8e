"""Let visits recur: what the visits of a series share, their pass and code among it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SHARED = {"visits_of_pass_key": "pass_digest", "visits_of_code_key": "desk_code"}
FORMER = {"visits_pass_digest_key": "pass_digest", "visits_desk_code_key": "desk_code"}


def upgrade() -> None:
    op.create_table(
        "visit_series",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("starts_wall", sa.DateTime(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("dates", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("but_not", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("kept_terms", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("desk_code", sa.String(), nullable=False),
        sa.Column("calendar_sequence", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("visit_series_pkey")),
    )
    for name in FORMER:
        op.drop_constraint(op.f(name), "visits", type_="unique")
    for name, column in SHARED.items():
        op.create_index(
            name,
            "visits",
            [column, "recurrence_wall"],
            unique=True,
            postgresql_nulls_not_distinct=True,
        )
    op.create_foreign_key(
        op.f("visits_series_id_fkey"), "visits", "visit_series", ["series_id"], ["id"]
    )
    op.create_check_constraint(
        op.f("visits_series"), "visits", "(series_id IS NULL) = (recurrence_wall IS NULL)"
    )


def downgrade() -> None:
    """The visits of a series become visits of their own; whose pass was shared has to be made anew
    for each, which is what a pass that no key fits asks for.
    """
    op.drop_constraint(op.f("visits_series"), "visits")
    op.drop_constraint(op.f("visits_series_id_fkey"), "visits", type_="foreignkey")
    for name in SHARED:
        op.drop_index(name, table_name="visits")
    op.execute(
        "UPDATE visits SET pass_digest = encode(sha256(id::text::bytea), 'hex'),"
        " desk_code = upper(substr(encode(sha256(id::text::bytea), 'hex'), 1, 12)),"
        " series_id = NULL, recurrence_wall = NULL WHERE series_id IS NOT NULL"
    )
    for name, column in FORMER.items():
        op.create_unique_constraint(op.f(name), "visits", [column])
    op.drop_table("visit_series")
