"""Find people by a few letters: the words of visitors and hosts, plates and desk codes.

What a word sounds like is worked out by the service, not by the database, so the words of those who
are known already are made here, some thousand people at a time.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from services.visitors.names.domain import Entry, FoundBy, entries_of, entries_of_name

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

AT_ONCE = 2000
VISITORS = """
    SELECT id, tenant_id, given_name, family_name, company, email, phone FROM visitors
    WHERE id > :after AND erased_at IS NULL ORDER BY id LIMIT :most
"""
HOSTS = """
    SELECT person_id AS id, tenant_id, given_name, family_name FROM known_people
    WHERE person_id > :after ORDER BY person_id LIMIT :most
"""


def upgrade() -> None:
    words = op.create_table(
        "search_words",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("found_by", sa.Text(), nullable=False),
        sa.Column("spelt", sa.String(), nullable=False),
        sa.Column("consonants", sa.String(), nullable=True),
        sa.Column("sound", sa.String(), nullable=True),
        sa.CheckConstraint(
            "found_by IN ('name', 'company', 'email', 'phone', 'host', 'plate', 'code')",
            name=op.f("search_words_found_by"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("search_words_pkey")),
    )
    _fill(words, VISITORS, _of_visitor)
    _fill(words, HOSTS, _of_host)
    op.create_index("search_words_owner_idx", "search_words", ["owner_id"])
    for name, column in (("spelt", "spelt"), ("sound", "consonants")):
        op.create_index(
            f"search_words_{name}_idx",
            "search_words",
            ["tenant_id", column],
            postgresql_ops={column: "text_pattern_ops"},
        )
    op.create_index(
        "visits_by_code_idx",
        "visits",
        ["desk_code"],
        postgresql_ops={"desk_code": "text_pattern_ops"},
    )
    op.create_index(
        "visits_by_plate_idx",
        "visits",
        [sa.literal_column("upper(translate(plate, ' -./|', ''))").label("sign")],
        postgresql_ops={"sign": "text_pattern_ops"},
        postgresql_where=sa.text("plate IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("visits_by_plate_idx", table_name="visits")
    op.drop_index("visits_by_code_idx", table_name="visits")
    op.drop_table("search_words")


def _fill(words: sa.Table, query: str, entries_of_row: Callable[[Any], list[Entry]]) -> None:
    for rows in _batches(query):
        values = [
            asdict(entry) | {"owner_id": row.id, "tenant_id": row.tenant_id}
            for row in rows
            for entry in entries_of_row(row)
        ]
        if values:
            op.bulk_insert(words, values)


def _batches(query: str) -> Iterator[list[Any]]:
    after = UUID(int=0)
    while rows := list(op.get_bind().execute(sa.text(query), {"after": after, "most": AT_ONCE})):
        yield rows
        after = rows[-1].id


def _of_visitor(row: Any) -> list[Entry]:
    return entries_of(
        name=f"{row.given_name} {row.family_name}",
        name_is=FoundBy.NAME,
        company=row.company,
        email=row.email,
        phone=row.phone,
    )


def _of_host(row: Any) -> list[Entry]:
    return entries_of_name(f"{row.given_name} {row.family_name}", FoundBy.HOST)
