"""Read the words near to what was typed from their indexes alone; they are met with owners later."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

OF_WORD = ["found_by", "spelt", "consonants", "sound"]
SPELT, SOUND, OWNER = "search_words_spelt_idx", "search_words_sound_idx", "search_words_owner_idx"
SPELT_OPS, SOUND_OPS = {"spelt": "text_pattern_ops"}, {"consonants": "text_pattern_ops"}


def upgrade() -> None:
    for index in (SPELT, SOUND, OWNER):
        op.drop_index(index, table_name="search_words")
    op.create_index(
        SPELT,
        "search_words",
        ["tenant_id", "spelt"],
        postgresql_ops=SPELT_OPS,
        postgresql_include=["owner_id", "found_by"],
    )
    op.create_index(
        SOUND,
        "search_words",
        ["tenant_id", "consonants"],
        postgresql_ops=SOUND_OPS,
        postgresql_include=["owner_id", "found_by", "sound"],
        postgresql_where=sa.text("consonants IS NOT NULL"),
    )
    op.create_index(OWNER, "search_words", ["owner_id"])


def downgrade() -> None:
    for index in (SPELT, SOUND, OWNER):
        op.drop_index(index, table_name="search_words")
    op.create_index(SPELT, "search_words", ["tenant_id", "spelt"], postgresql_ops=SPELT_OPS)
    op.create_index(SOUND, "search_words", ["tenant_id", "consonants"], postgresql_ops=SOUND_OPS)
    op.create_index(OWNER, "search_words", ["owner_id"], postgresql_include=OF_WORD)
