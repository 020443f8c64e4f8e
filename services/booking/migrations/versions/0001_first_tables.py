"""Rooms, bookings, claims and messaging."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.messaging.tables import messaging_ddl, messaging_ddl_undone

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.create_table(
        "guest_visits",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("guest_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("guest_visits_pkey")),
    )
    op.create_index(
        "guest_visits_booking_id_guest_id_idx",
        "guest_visits",
        ["booking_id", "guest_id"],
        unique=False,
    )
    op.create_table(
        "inbox",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column(
            "received_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.CheckConstraint("(status = 'done') = (body IS NULL)", name=op.f("inbox_body")),
        sa.CheckConstraint("status IN ('done', 'waiting', 'parked')", name=op.f("inbox_status")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("inbox_pkey")),
    )
    op.create_index(
        "inbox_done_idx",
        "inbox",
        ["received_at"],
        unique=False,
        postgresql_where=sa.text("status = 'done'"),
    )
    op.create_index(
        "inbox_next_idx",
        "inbox",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_index(
        "inbox_parked_idx",
        "inbox",
        ["received_at"],
        unique=False,
        postgresql_where=sa.text("status = 'parked'"),
    )
    op.create_index(
        "inbox_waiting_idx",
        "inbox",
        ["source", "subject", "sequence"],
        unique=False,
        postgresql_where=sa.text("status = 'waiting'"),
    )
    op.create_table(
        "known_people",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("given_name", sa.String(), nullable=False),
        sa.Column("family_name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("successor_id", sa.Uuid(), nullable=True),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", name=op.f("known_people_pkey")),
    )
    op.create_index(
        "known_people_email_idx", "known_people", [sa.literal_column("lower(email)")], unique=False
    )
    op.create_table(
        "known_sign_ins",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("known_sign_ins_pkey")),
    )
    op.create_index(
        op.f("known_sign_ins_person_id_idx"), "known_sign_ins", ["person_id"], unique=False
    )
    op.create_table(
        "known_tenants",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("is_landlord", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("desk_address", sa.String(), nullable=True),
        sa.Column("zone_ids", sa.String(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("known_tenants_pkey")),
    )
    op.create_table(
        "known_zones",
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name_fr", sa.String(), nullable=False),
        sa.Column("name_ar", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("is_bookable", sa.Boolean(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("zone_id", name=op.f("known_zones_pkey")),
    )
    op.create_index(op.f("known_zones_parent_id_idx"), "known_zones", ["parent_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("trace", sa.Text(), nullable=True),
        sa.Column("is_replay", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column(
            "recorded_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("position", name=op.f("outbox_pkey")),
        sa.UniqueConstraint("event_id", name=op.f("outbox_event_id_key")),
    )
    op.create_index("outbox_subject_idx", "outbox", ["subject", "position"], unique=False)
    op.create_table(
        "remembered_answers",
        sa.Column("key_digest", sa.LargeBinary(), nullable=False),
        sa.Column("body_digest", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column(
            "answered_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("key_digest", name=op.f("remembered_answers_pkey")),
    )
    op.create_index(
        op.f("remembered_answers_answered_at_idx"),
        "remembered_answers",
        ["answered_at"],
        unique=False,
    )
    op.create_table(
        "rooms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("name_fr", sa.Text(), nullable=False),
        sa.Column("name_ar", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column(
            "equipment", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
        sa.Column("is_always_open", sa.Boolean(), nullable=False),
        sa.Column(
            "opening_hours",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
        sa.Column("buffer_before_minutes", sa.Integer(), nullable=False),
        sa.Column("buffer_after_minutes", sa.Integer(), nullable=False),
        sa.Column("minimum_notice_minutes", sa.Integer(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "buffer_after_minutes BETWEEN 0 AND 1440", name=op.f("rooms_buffer_after")
        ),
        sa.CheckConstraint(
            "buffer_before_minutes BETWEEN 0 AND 1440", name=op.f("rooms_buffer_before")
        ),
        sa.CheckConstraint("capacity > 0", name=op.f("rooms_capacity")),
        sa.CheckConstraint("minimum_notice_minutes >= 0", name=op.f("rooms_minimum_notice")),
        sa.PrimaryKeyConstraint("id", name=op.f("rooms_pkey")),
        sa.UniqueConstraint("code", name=op.f("rooms_code_key")),
    )
    op.create_index(
        "rooms_equipment_idx", "rooms", ["equipment"], unique=False, postgresql_using="gin"
    )
    op.create_index(op.f("rooms_zone_id_idx"), "rooms", ["zone_id"], unique=False)
    op.create_table(
        "spaces",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("spaces_pkey")),
        sa.UniqueConstraint("code", name=op.f("spaces_code_key")),
    )
    op.create_table(
        "subjects",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("subjects_pkey")),
    )
    op.create_table(
        "timers",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", "key", name=op.f("timers_pkey")),
    )
    op.create_index("timers_next_at_idx", "timers", ["next_at"], unique=False)
    op.create_table(
        "bookings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("organiser_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_wall", sa.DateTime(), nullable=False),
        sa.Column("ends_wall", sa.DateTime(), nullable=False),
        sa.Column("timezone", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Uuid(), nullable=True),
        sa.Column("recurrence_wall", sa.DateTime(), nullable=True),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.CheckConstraint(
            "reason IN ('by_organiser', 'by_facility', 'organiser_left', 'no_show')",
            name=op.f("bookings_reason"),
        ),
        sa.CheckConstraint(
            "status IN ('confirmed', 'checked_in', 'ended', 'released', 'cancelled')",
            name=op.f("bookings_status"),
        ),
        sa.CheckConstraint("people > 0 AND capacity > 0", name=op.f("bookings_people")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("bookings_window")),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("bookings_room_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("bookings_pkey")),
    )
    op.create_index(
        "bookings_live_idx",
        "bookings",
        ["ends_at"],
        unique=False,
        postgresql_where=sa.text("status IN ('confirmed', 'checked_in')"),
    )
    op.create_index(
        "bookings_organiser_id_starts_at_idx",
        "bookings",
        ["organiser_id", "starts_at"],
        unique=False,
    )
    op.create_index(
        "bookings_room_id_starts_at_idx", "bookings", ["room_id", "starts_at"], unique=False
    )
    op.create_index(op.f("bookings_series_id_idx"), "bookings", ["series_id"], unique=False)
    op.create_table(
        "room_spaces",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("room_spaces_room_id_fkey")),
        sa.ForeignKeyConstraint(
            ["space_id"], ["spaces.id"], name=op.f("room_spaces_space_id_fkey")
        ),
        sa.PrimaryKeyConstraint("room_id", "space_id", name=op.f("room_spaces_pkey")),
    )
    op.create_index(op.f("room_spaces_space_id_idx"), "room_spaces", ["space_id"], unique=False)
    op.create_table(
        "room_tenants",
        sa.Column("room_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["room_id"], ["rooms.id"], name=op.f("room_tenants_room_id_fkey")),
        sa.PrimaryKeyConstraint("room_id", "tenant_id", name=op.f("room_tenants_pkey")),
    )
    op.create_index(op.f("room_tenants_tenant_id_idx"), "room_tenants", ["tenant_id"], unique=False)
    op.create_table(
        "claims",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("space_id", sa.Uuid(), nullable=False),
        sa.Column("during", postgresql.TSTZRANGE(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("space_id"), "="),
            (sa.column("during"), "&&"),
            using="gist",
            name="claims_no_overlap",
        ),
        sa.CheckConstraint(
            "NOT isempty(during) AND NOT lower_inf(during) AND NOT upper_inf(during)",
            name=op.f("claims_during"),
        ),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("claims_booking_id_fkey")
        ),
        sa.ForeignKeyConstraint(["space_id"], ["spaces.id"], name=op.f("claims_space_id_fkey")),
        sa.PrimaryKeyConstraint("booking_id", "space_id", name=op.f("claims_pkey")),
    )
    op.create_table(
        "participants",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("is_colleague", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["bookings.id"], name=op.f("participants_booking_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("participants_pkey")),
    )
    op.create_index(
        "participants_booking_id_email_idx", "participants", ["booking_id", "email"], unique=True
    )
    op.create_index(op.f("participants_person_id_idx"), "participants", ["person_id"], unique=False)

    for statement in messaging_ddl():
        op.execute(statement)


def downgrade() -> None:
    for statement in messaging_ddl_undone():
        op.execute(statement)
    op.drop_index(op.f("participants_person_id_idx"), table_name="participants")
    op.drop_index("participants_booking_id_email_idx", table_name="participants")
    op.drop_table("participants")
    op.drop_table("claims")
    op.drop_index(op.f("room_tenants_tenant_id_idx"), table_name="room_tenants")
    op.drop_table("room_tenants")
    op.drop_index(op.f("room_spaces_space_id_idx"), table_name="room_spaces")
    op.drop_table("room_spaces")
    op.drop_index(op.f("bookings_series_id_idx"), table_name="bookings")
    op.drop_index("bookings_room_id_starts_at_idx", table_name="bookings")
    op.drop_index("bookings_organiser_id_starts_at_idx", table_name="bookings")
    op.drop_index(
        "bookings_live_idx",
        table_name="bookings",
        postgresql_where=sa.text("status IN ('confirmed', 'checked_in')"),
    )
    op.drop_table("bookings")
    op.drop_index("timers_next_at_idx", table_name="timers")
    op.drop_table("timers")
    op.drop_table("subjects")
    op.drop_table("spaces")
    op.drop_index(op.f("rooms_zone_id_idx"), table_name="rooms")
    op.drop_index("rooms_equipment_idx", table_name="rooms", postgresql_using="gin")
    op.drop_table("rooms")
    op.drop_index(op.f("remembered_answers_answered_at_idx"), table_name="remembered_answers")
    op.drop_table("remembered_answers")
    op.drop_index("outbox_subject_idx", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index(op.f("known_zones_parent_id_idx"), table_name="known_zones")
    op.drop_table("known_zones")
    op.drop_table("known_tenants")
    op.drop_index(op.f("known_sign_ins_person_id_idx"), table_name="known_sign_ins")
    op.drop_table("known_sign_ins")
    op.drop_index("known_people_email_idx", table_name="known_people")
    op.drop_table("known_people")
    op.drop_index(
        "inbox_waiting_idx", table_name="inbox", postgresql_where=sa.text("status = 'waiting'")
    )
    op.drop_index(
        "inbox_parked_idx", table_name="inbox", postgresql_where=sa.text("status = 'parked'")
    )
    op.drop_index(
        "inbox_next_idx", table_name="inbox", postgresql_where=sa.text("status = 'waiting'")
    )
    op.drop_index("inbox_done_idx", table_name="inbox", postgresql_where=sa.text("status = 'done'"))
    op.drop_table("inbox")
    op.drop_index("guest_visits_booking_id_guest_id_idx", table_name="guest_visits")
    op.drop_table("guest_visits")
