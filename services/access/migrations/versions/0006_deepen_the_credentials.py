"""Know more card formats, states of badges, day badges and PINs."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

FORMATS = "card_format IN ('H10301', 'INDALA26', 'H10306', 'H10302', 'H10304', 'C1000_35')"
STATUSES = (
    "status IN ('active', 'inactive', 'lost', 'stolen', 'damaged', 'expired', 'returned', "
    "'blocked', 'holder_left')"
)
OLD_STATUSES = (
    "status IN ('active', 'inactive', 'lost', 'stolen', 'damaged', 'returned', 'blocked', "
    "'holder_left')"
)
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _check("doors", "card_format", FORMATS)
    op.alter_column("doors", "card_format", existing_type=sa.String(), nullable=True)
    _check("alarms", "kind", "kind IN ('right_refused', 'pin_locked')")
    op.add_column(
        "tenants",
        sa.Column("card_format", sa.String(), nullable=False, server_default="H10301"),
    )
    op.alter_column("tenants", "card_format", server_default=None)
    op.create_check_constraint(op.f("tenants_card_format"), "tenants", FORMATS)
    _make_day_cards()
    _deepen_badges()
    op.create_table(
        "pins",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("duress_digest", sa.String(), nullable=True),
        sa.Column("wrong_count", sa.Integer(), nullable=False),
        sa.Column("locked_at", INSTANT, nullable=True),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.person_id"], name=op.f("pins_person_id_fkey")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pins_pkey")),
    )


def _make_day_cards() -> None:
    op.create_table(
        "day_cards",
        sa.Column("day_card_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("card_format", sa.String(), nullable=False),
        sa.Column("facility", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("added_at", INSTANT, nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.CheckConstraint(FORMATS, name=op.f("day_cards_card_format")),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.tenant_id"], name=op.f("day_cards_tenant_id_fkey")
        ),
        sa.PrimaryKeyConstraint("day_card_id", name=op.f("day_cards_pkey")),
    )
    op.create_index(
        "day_cards_key",
        "day_cards",
        ["tenant_id", "card_format", "facility", "number"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )


def _deepen_badges() -> None:
    _check("badges", "card_format", FORMATS)
    _check("badges", "status", STATUSES)
    op.add_column("badges", sa.Column("kind", sa.String(), nullable=False, server_default="own"))
    op.add_column("badges", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.alter_column("badges", "kind", server_default=None)
    op.alter_column("badges", "version", server_default=None)
    op.create_check_constraint(op.f("badges_kind"), "badges", "kind IN ('own', 'day')")
    op.add_column("badges", sa.Column("day_card_id", sa.Uuid(), nullable=True))
    op.add_column("badges", sa.Column("stands_in_for", sa.Uuid(), nullable=True))
    op.add_column("badges", sa.Column("sleeps_until", INSTANT, nullable=True))
    op.create_foreign_key(
        op.f("badges_day_card_id_fkey"), "badges", "day_cards", ["day_card_id"], ["day_card_id"]
    )
    op.create_foreign_key(
        op.f("badges_stands_in_for_fkey"), "badges", "badges", ["stands_in_for"], ["badge_id"]
    )
    op.create_index(op.f("badges_stands_in_for_idx"), "badges", ["stands_in_for"])
    op.create_index("badges_issued_at_idx", "badges", ["issued_at", "badge_id"])
    op.create_index(
        "badges_day_card_key",
        "badges",
        ["day_card_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "badges_one_day_badge_key",
        "badges",
        ["person_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL AND kind = 'day'"),
    )


def _check(table: str, column: str, condition: str) -> None:
    """The column holds one of these words from now on."""
    name = op.f(f"{table}_{column}")
    op.drop_constraint(name, table, type_="check")
    op.create_check_constraint(name, table, condition)


def downgrade() -> None:
    op.drop_table("pins")
    for index in ("badges_one_day_badge_key", "badges_day_card_key", "badges_issued_at_idx"):
        op.drop_index(index, "badges")
    for column in ("sleeps_until", "stands_in_for", "day_card_id", "version", "kind"):
        op.drop_column("badges", column)
    op.drop_table("day_cards")
    op.drop_column("tenants", "card_format")
    op.execute("UPDATE badges SET status = 'returned' WHERE status = 'expired'")
    op.execute("DELETE FROM badges WHERE card_format <> 'H10301'")
    op.execute("UPDATE doors SET card_format = 'H10301'")
    op.execute("DELETE FROM alarms WHERE kind = 'pin_locked'")
    _check("badges", "status", OLD_STATUSES)
    _check("badges", "card_format", "card_format IN ('H10301')")
    _check("doors", "card_format", "card_format IN ('H10301')")
    op.alter_column("doors", "card_format", existing_type=sa.String(), nullable=False)
    _check("alarms", "kind", "kind IN ('right_refused')")
