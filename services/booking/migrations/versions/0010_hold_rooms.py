"""Keep holds; let whoever claims by what they knew of the rooms prove that it still stands."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

CLAIM_SPACES_KNOWING = """
CREATE FUNCTION claim_spaces_knowing(
    rooms_version bigint,
    bookings uuid[], spaces uuid[], starts timestamptz[], ends timestamptz[],
    at timestamptz, expires timestamptz
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM claim_spaces(bookings, spaces, starts, ends, at, expires);
    -- Whoever changes the rules of a room holds its spaces: now that they are ours, no change that
    -- we do not see can commit before us. The calling statement's own snapshot is older.
    IF (SELECT version FROM room_policy) <> rooms_version THEN
        RAISE EXCEPTION 'the rules of rooms have changed' USING ERRCODE = 'serialization_failure';
    END IF;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "holds",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("layout", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("holds_room_id_fkey")),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("holds_pkey")),
    )
    op.create_index(op.f("holds_person_id_idx"), "holds", ["person_id"], unique=False)
    op.execute(CLAIM_SPACES_KNOWING)


def downgrade() -> None:
    op.execute("DROP FUNCTION claim_spaces_knowing")
    op.drop_index(op.f("holds_person_id_idx"), table_name="holds")
    op.execute("DELETE FROM claims WHERE expires_at IS NOT NULL")
    op.drop_table("holds")
