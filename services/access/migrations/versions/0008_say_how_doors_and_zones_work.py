"""Say how doors open, under which rules zones are entered, and who needs longer."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import TypeEngine

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

Columns = dict[str, tuple[TypeEngine[Any], str]]

DOORS: Columns = {
    "open_ms": (sa.Integer(), "30000"),
    "extended_strike_ms": (sa.Integer(), "15000"),
    "extended_open_ms": (sa.Integer(), "60000"),
    "mode": (sa.String(), "badge"),
    "version": (sa.Integer(), "1"),
}
ZONES: Columns = {
    "anti_passback": (sa.String(), "none"),
    "min_people": (sa.Integer(), "1"),
    "is_escorted": (sa.Boolean(), "false"),
    "version": (sa.Integer(), "1"),
}
PEOPLE: Columns = {
    "needs_extended_time": (sa.Boolean(), "false"),
    "needs_help": (sa.Boolean(), "false"),
}
WITH_DEFAULTS: dict[str, Columns] = {"doors": DOORS, "zones": ZONES, "people": PEOPLE}
NULLABLE: dict[str, dict[str, TypeEngine[Any]]] = {
    "doors": {"unlock_schedule_id": sa.Uuid()},
    "zones": {"anti_passback_minutes": sa.Integer(), "max_people": sa.Integer()},
}
CHECKS = {
    "doors": {
        "mode": "mode IN ('locked', 'unlocked', 'schedule', 'badge', 'badge_pin', 'first_badge')",
        "extended_strike_ms": "extended_strike_ms BETWEEN strike_ms AND 60000",
        "open_ms": "open_ms BETWEEN 1000 AND 600000",
        "extended_open_ms": "extended_open_ms BETWEEN open_ms AND 600000",
        "unlock_schedule": (
            "(mode IN ('schedule', 'first_badge')) = (unlock_schedule_id IS NOT NULL)"
        ),
    },
    "zones": {
        "anti_passback": "anti_passback IN ('none', 'soft', 'hard', 'timed')",
        "anti_passback_timed": "(anti_passback = 'timed') = (anti_passback_minutes IS NOT NULL)",
        "anti_passback_minutes": "anti_passback_minutes BETWEEN 1 AND 1440",
        "min_people": "min_people IN (1, 2)",
        "max_people": "max_people >= min_people",
    },
}


def upgrade() -> None:
    for table, columns in WITH_DEFAULTS.items():
        for name, (kind, default) in columns.items():
            column = sa.Column(name, kind, server_default=default, nullable=False)
            op.add_column(table, column)
            op.alter_column(table, name, server_default=None)
    for table, nullable in NULLABLE.items():
        for name, plain in nullable.items():
            op.add_column(table, sa.Column(name, plain, nullable=True))
    op.execute(
        "UPDATE doors SET extended_strike_ms = strike_ms WHERE extended_strike_ms < strike_ms"
    )
    for table, checks in CHECKS.items():
        for name, check in checks.items():
            op.create_check_constraint(op.f(f"{table}_{name}"), table, check)


def downgrade() -> None:
    for table, checks in CHECKS.items():
        for name in checks:
            op.drop_constraint(op.f(f"{table}_{name}"), table, type_="check")
    for table in WITH_DEFAULTS:
        for name in [*WITH_DEFAULTS[table], *NULLABLE.get(table, ())]:
            op.drop_column(table, name)
