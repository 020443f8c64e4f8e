"""Put the one door to spaces into the database; make room for holds, requests and privacy."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

CLAIM_SPACES = """
CREATE FUNCTION claim_spaces(
    bookings uuid[], spaces uuid[], starts timestamptz[], ends timestamptz[],
    at timestamptz, expires timestamptz
) RETURNS void LANGUAGE plpgsql SET lock_timeout = '2s' AS $$
BEGIN
    -- Rivals queue here, all in one order; each statement below sees what stands after the wait.
    PERFORM FROM spaces AS s WHERE s.id = ANY (spaces) ORDER BY s.id FOR NO KEY UPDATE;
    DELETE FROM claims AS c
        WHERE c.space_id = ANY (spaces) AND c.expires_at IS NOT NULL AND c.expires_at <= at;
    DELETE FROM claims AS c WHERE c.booking_id = ANY (bookings);
    INSERT INTO claims (booking_id, space_id, during, expires_at)
        SELECT w.booking_id, w.space_id, tstzrange(w.starts_at, w.ends_at, '[)'), expires
        FROM unnest(bookings, spaces, starts, ends)
            AS w (booking_id, space_id, starts_at, ends_at)
        ORDER BY w.space_id, w.starts_at;
END $$
"""
TAKEN_SPACES = """
CREATE FUNCTION taken_spaces(
    bookings uuid[], spaces uuid[], starts timestamptz[], ends timestamptz[], at timestamptz
) RETURNS SETOF uuid LANGUAGE plpgsql SET lock_timeout = '2s' AS $$
BEGIN
    PERFORM FROM spaces AS s WHERE s.id = ANY (spaces) ORDER BY s.id FOR NO KEY UPDATE;
    RETURN QUERY SELECT DISTINCT w.booking_id
        FROM unnest(bookings, spaces, starts, ends)
            AS w (booking_id, space_id, starts_at, ends_at)
        JOIN claims AS c ON c.space_id = w.space_id
            AND c.during && tstzrange(w.starts_at, w.ends_at, '[)')
        WHERE c.booking_id <> ALL (bookings) AND (c.expires_at IS NULL OR c.expires_at > at);
END $$
"""
STATUSES = "'confirmed', 'checked_in', 'ended', 'released', 'cancelled'"


def upgrade() -> None:
    op.drop_constraint(op.f("claims_booking_id_fkey"), "claims", type_="foreignkey")
    op.add_column("claims", sa.Column("expires_at", sa.DateTime(timezone=True)))
    op.create_index(
        "claims_expiring_idx",
        "claims",
        ["space_id"],
        postgresql_where=sa.text("expires_at IS NOT NULL"),
    )
    op.execute(CLAIM_SPACES)
    op.execute(TAKEN_SPACES)
    op.drop_constraint(op.f("bookings_status"), "bookings", type_="check")
    op.create_check_constraint(
        op.f("bookings_status"), "bookings", f"status IN ({STATUSES}, 'requested', 'declined')"
    )
    for name in ("starts_fold", "ends_fold"):
        op.add_column(
            "bookings", sa.Column(name, sa.SmallInteger(), server_default="0", nullable=False)
        )
    op.add_column(
        "bookings",
        sa.Column("is_private", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.add_column("bookings", sa.Column("layout", sa.Text()))
    op.add_column(
        "bookings",
        sa.Column("extras", JSONB(), server_default=sa.text("'[]'"), nullable=False),
    )
    op.add_column("bookings", sa.Column("decided_by", sa.Uuid()))
    op.add_column("bookings", sa.Column("decision_note", sa.Text()))
    op.add_column("bookings", sa.Column("offer_digest", sa.LargeBinary()))
    op.create_unique_constraint(op.f("bookings_offer_digest_key"), "bookings", ["offer_digest"])


def downgrade() -> None:
    op.drop_constraint(op.f("bookings_offer_digest_key"), "bookings", type_="unique")
    for name in (
        "offer_digest",
        "decision_note",
        "decided_by",
        "extras",
        "layout",
        "is_private",
        "ends_fold",
        "starts_fold",
    ):
        op.drop_column("bookings", name)
    op.execute(
        "DELETE FROM participants WHERE booking_id IN (SELECT id FROM bookings WHERE status IN ('requested', 'declined'))"
    )
    op.execute("DELETE FROM bookings WHERE status IN ('requested', 'declined')")
    op.drop_constraint(op.f("bookings_status"), "bookings", type_="check")
    op.create_check_constraint(op.f("bookings_status"), "bookings", f"status IN ({STATUSES})")
    op.execute("DROP FUNCTION taken_spaces")
    op.execute("DROP FUNCTION claim_spaces")
    op.execute("DELETE FROM claims WHERE expires_at IS NOT NULL")
    op.drop_index("claims_expiring_idx", table_name="claims")
    op.drop_column("claims", "expires_at")
    op.create_foreign_key(
        op.f("claims_booking_id_fkey"), "claims", "bookings", ["booking_id"], ["id"]
    )
