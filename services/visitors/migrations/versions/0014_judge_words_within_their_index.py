"""Judge the words of today's visitors within their index: some thousand owners at each search."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

OF_WORD = ["found_by", "spelt", "consonants", "sound"]


def upgrade() -> None:
    op.drop_index("search_words_owner_idx", table_name="search_words")
    op.create_index(
        "search_words_owner_idx", "search_words", ["owner_id"], postgresql_include=OF_WORD
    )


def downgrade() -> None:
    op.drop_index("search_words_owner_idx", table_name="search_words")
    op.create_index("search_words_owner_idx", "search_words", ["owner_id"])
