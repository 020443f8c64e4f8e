"""Lay the ground of access."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from services.access.journal.domain import APPEND_ONLY
from shared.messaging.outbox import messaging_ddl, messaging_ddl_undone

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alarms",
        sa.Column("alarm_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cleared_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind IN ('right_refused')", name=op.f("alarms_kind")),
        sa.PrimaryKeyConstraint("alarm_id", name=op.f("alarms_pkey")),
    )
    op.create_index(
        "alarms_open_key",
        "alarms",
        ["kind", "source", "zone_id"],
        unique=True,
        postgresql_where=sa.text("cleared_at IS NULL"),
    )
    op.create_index("alarms_raised_at_idx", "alarms", ["raised_at", "alarm_id"], unique=False)
    op.create_table(
        "controllers",
        sa.Column("controller_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("epoch_began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("controller_id", name=op.f("controllers_pkey")),
        sa.UniqueConstraint("code", name=op.f("controllers_code_key")),
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
        "journal_entries",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("controller_id", sa.Uuid(), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=True),
        sa.Column("sequence", sa.BigInteger(), nullable=True),
        sa.Column("access_point_id", sa.Uuid(), nullable=True),
        sa.Column("door_id", sa.Uuid(), nullable=True),
        sa.Column("from_zone_id", sa.Uuid(), nullable=True),
        sa.Column("to_zone_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("flags", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("evidence", sa.String(), nullable=True),
        sa.Column("commitment", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('decision', 'passage', 'search')", name=op.f("journal_entries_kind")
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("journal_entries_pkey")),
        sa.UniqueConstraint("position", name=op.f("journal_entries_position_key")),
    )
    op.create_index(
        "journal_entries_decision_id_idx", "journal_entries", ["decision_id"], unique=False
    )
    op.create_index(
        "journal_entries_door_id_idx", "journal_entries", ["door_id", "position"], unique=False
    )
    op.create_index(
        "journal_entries_from_zone_id_idx",
        "journal_entries",
        ["from_zone_id", "position"],
        unique=False,
    )
    op.create_index(
        "journal_entries_occurred_at_idx", "journal_entries", ["occurred_at"], unique=False
    )
    op.create_index(
        "journal_entries_to_zone_id_idx",
        "journal_entries",
        ["to_zone_id", "position"],
        unique=False,
    )
    op.create_table(
        "known_bookings",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("person_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("guest_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('confirmed', 'checked_in', 'ended', 'released', 'cancelled')",
            name=op.f("known_bookings_status"),
        ),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("known_bookings_pkey")),
    )
    op.create_table(
        "known_visits",
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("visitor_id", sa.Uuid(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=True),
        sa.Column("guest_id", sa.Uuid(), nullable=True),
        sa.Column("zone_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("pass_digest", sa.String(), nullable=True),
        sa.Column("pass_valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pass_valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pass_admits", sa.String(), nullable=True),
        sa.Column("pass_entries", sa.String(), nullable=True),
        sa.CheckConstraint(
            "pass_admits IN ('door', 'desk_first')", name=op.f("known_visits_pass_admits")
        ),
        sa.CheckConstraint(
            "pass_entries IN ('once_until_left', 'unlimited')",
            name=op.f("known_visits_pass_entries"),
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'pending_approval', 'expected', 'arrived', 'checked_in', 'on_break', 'checked_out', 'cancelled', 'refused', 'no_show', 'left_unseen')",
            name=op.f("known_visits_status"),
        ),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("known_visits_pkey")),
    )
    op.create_index("known_visits_booking_id_idx", "known_visits", ["booking_id"], unique=False)
    op.create_index("known_visits_pass_digest_idx", "known_visits", ["pass_digest"], unique=False)
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
        "presence",
        sa.Column("holder_kind", sa.String(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("is_inside", sa.Boolean(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "holder_kind IN ('person', 'visitor')", name=op.f("presence_holder_kind")
        ),
        sa.PrimaryKeyConstraint("holder_kind", "holder_id", name=op.f("presence_pkey")),
    )
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
        "subjects",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("subjects_pkey")),
    )
    op.create_table(
        "tenants",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("is_landlord", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("desk_address", sa.String(), nullable=True),
        sa.Column("zone_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("tenants_pkey")),
    )
    op.create_index(
        "tenants_one_landlord_key",
        "tenants",
        ["is_landlord"],
        unique=True,
        postgresql_where=sa.text("is_landlord AND is_listed"),
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
        "controller_keys",
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("controller_id", sa.Uuid(), nullable=False),
        sa.Column("secret_digest", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["controller_id"],
            ["controllers.controller_id"],
            name=op.f("controller_keys_controller_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("key_id", name=op.f("controller_keys_pkey")),
    )
    op.create_index(
        op.f("controller_keys_controller_id_idx"),
        "controller_keys",
        ["controller_id"],
        unique=False,
    )
    op.create_table(
        "decisions",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("controller_id", sa.Uuid(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("body_digest", sa.LargeBinary(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("access_point_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("flags", sa.ARRAY(sa.String()), nullable=False),
        sa.Column("strike_ms", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_taken", sa.Boolean(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("evidence IN ('contact', 'granted')", name=op.f("decisions_evidence")),
        sa.CheckConstraint("outcome IN ('granted', 'denied')", name=op.f("decisions_outcome")),
        sa.CheckConstraint(
            "reason IN ('right', 'way_out', 'unknown_credential', 'bad_read', 'ambiguous_credential', 'credential_not_active', 'credential_not_yet_valid', 'credential_expired', 'holder_delisted', 'not_yet_valid', 'expired', 'no_right', 'not_checked_in', 'pass_ended', 'pass_already_inside')",
            name=op.f("decisions_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entries.entry_id"], name=op.f("decisions_entry_id_fkey")
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("decisions_pkey")),
        sa.UniqueConstraint("controller_id", "epoch", "sequence", name="decisions_read_key"),
    )
    op.create_table(
        "journal_particulars",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("visitor_id", sa.Uuid(), nullable=True),
        sa.Column("visit_id", sa.Uuid(), nullable=True),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("badge_id", sa.Uuid(), nullable=True),
        sa.Column("card_format", sa.String(), nullable=True),
        sa.Column("facility", sa.Integer(), nullable=True),
        sa.Column("number", sa.BigInteger(), nullable=True),
        sa.Column("pass_digest", sa.String(), nullable=True),
        sa.Column("booking_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("details", JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["journal_entries.entry_id"],
            name=op.f("journal_particulars_entry_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("journal_particulars_pkey")),
    )
    op.create_index(
        op.f("journal_particulars_badge_id_idx"), "journal_particulars", ["badge_id"], unique=False
    )
    op.create_index(
        op.f("journal_particulars_person_id_idx"),
        "journal_particulars",
        ["person_id"],
        unique=False,
    )
    op.create_index(
        op.f("journal_particulars_tenant_id_idx"),
        "journal_particulars",
        ["tenant_id"],
        unique=False,
    )
    op.create_index(
        op.f("journal_particulars_visit_id_idx"), "journal_particulars", ["visit_id"], unique=False
    )
    op.create_index(
        op.f("journal_particulars_visitor_id_idx"),
        "journal_particulars",
        ["visitor_id"],
        unique=False,
    )
    op.create_table(
        "people",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("given_name", sa.String(), nullable=False),
        sa.Column("family_name", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("successor_id", sa.Uuid(), nullable=True),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delisted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delisting_reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "delisting_reason IN ('left', 'mistake')", name=op.f("people_delisting_reason")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["people.person_id"], name=op.f("people_successor_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.tenant_id"], name=op.f("people_tenant_id_fkey")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("people_pkey")),
    )
    op.create_index(
        "people_email_key", "people", ["email"], unique=True, postgresql_where=sa.text("is_listed")
    )
    op.create_index(
        "people_tenant_id_idx",
        "people",
        ["tenant_id", "family_name", "given_name", "person_id"],
        unique=False,
    )
    op.create_table(
        "zones",
        sa.Column("zone_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("ancestor_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name_fr", sa.String(), nullable=False),
        sa.Column("name_ar", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=True),
        sa.Column("is_bookable", sa.Boolean(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('park', 'building', 'floor', 'suite', 'room')", name=op.f("zones_kind")
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["zones.zone_id"], name=op.f("zones_parent_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.tenant_id"], name=op.f("zones_tenant_id_fkey")
        ),
        sa.PrimaryKeyConstraint("zone_id", name=op.f("zones_pkey")),
        sa.UniqueConstraint("code", name=op.f("zones_code_key")),
    )
    op.create_index(op.f("zones_parent_id_idx"), "zones", ["parent_id"], unique=False)
    op.create_index(op.f("zones_tenant_id_idx"), "zones", ["tenant_id"], unique=False)
    op.create_table(
        "badges",
        sa.Column("badge_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("card_format", sa.String(), nullable=False),
        sa.Column("facility", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint("card_format IN ('H10301')", name=op.f("badges_card_format")),
        sa.CheckConstraint(
            "status IN ('active', 'inactive', 'lost', 'stolen', 'damaged', 'returned', 'blocked', 'holder_left')",
            name=op.f("badges_status"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.person_id"], name=op.f("badges_person_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.tenant_id"], name=op.f("badges_tenant_id_fkey")
        ),
        sa.PrimaryKeyConstraint("badge_id", name=op.f("badges_pkey")),
    )
    op.create_index(
        "badges_live_key",
        "badges",
        ["tenant_id", "card_format", "facility", "number"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "badges_number_idx", "badges", ["number", "facility", "card_format"], unique=False
    )
    op.create_index(op.f("badges_person_id_idx"), "badges", ["person_id"], unique=False)
    op.create_table(
        "doors",
        sa.Column("door_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name_fr", sa.String(), nullable=False),
        sa.Column("name_ar", sa.String(), nullable=False),
        sa.Column("name_en", sa.String(), nullable=False),
        sa.Column("from_zone_id", sa.Uuid(), nullable=True),
        sa.Column("to_zone_id", sa.Uuid(), nullable=False),
        sa.Column("controller_id", sa.Uuid(), nullable=False),
        sa.Column("strike_ms", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("card_format", sa.String(), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("card_format IN ('H10301')", name=op.f("doors_card_format")),
        sa.CheckConstraint("evidence IN ('contact', 'granted')", name=op.f("doors_evidence")),
        sa.CheckConstraint("strike_ms BETWEEN 100 AND 60000", name=op.f("doors_strike_ms")),
        sa.ForeignKeyConstraint(
            ["controller_id"], ["controllers.controller_id"], name=op.f("doors_controller_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["from_zone_id"], ["zones.zone_id"], name=op.f("doors_from_zone_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["to_zone_id"], ["zones.zone_id"], name=op.f("doors_to_zone_id_fkey")
        ),
        sa.PrimaryKeyConstraint("door_id", name=op.f("doors_pkey")),
        sa.UniqueConstraint("code", name=op.f("doors_code_key")),
    )
    op.create_index(op.f("doors_controller_id_idx"), "doors", ["controller_id"], unique=False)
    op.create_index(op.f("doors_from_zone_id_idx"), "doors", ["from_zone_id"], unique=False)
    op.create_index(op.f("doors_to_zone_id_idx"), "doors", ["to_zone_id"], unique=False)
    op.create_table(
        "sign_ins",
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.person_id"], name=op.f("sign_ins_person_id_fkey")
        ),
        sa.PrimaryKeyConstraint("issuer", "subject", name=op.f("sign_ins_pkey")),
    )
    op.create_index(op.f("sign_ins_person_id_idx"), "sign_ins", ["person_id"], unique=False)
    op.create_table(
        "access_points",
        sa.Column("access_point_id", sa.Uuid(), nullable=False),
        sa.Column("door_id", sa.Uuid(), nullable=False),
        sa.Column("direction", sa.String(), nullable=False),
        sa.Column("from_zone_id", sa.Uuid(), nullable=True),
        sa.Column("to_zone_id", sa.Uuid(), nullable=True),
        sa.Column("is_way_out", sa.Boolean(), nullable=False),
        sa.CheckConstraint("direction IN ('in', 'out')", name=op.f("access_points_direction")),
        sa.ForeignKeyConstraint(
            ["door_id"], ["doors.door_id"], name=op.f("access_points_door_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["from_zone_id"], ["zones.zone_id"], name=op.f("access_points_from_zone_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["to_zone_id"], ["zones.zone_id"], name=op.f("access_points_to_zone_id_fkey")
        ),
        sa.PrimaryKeyConstraint("access_point_id", name=op.f("access_points_pkey")),
    )
    op.create_index(op.f("access_points_door_id_idx"), "access_points", ["door_id"], unique=False)
    op.create_table(
        "rights",
        sa.Column("right_id", sa.Uuid(), nullable=False),
        sa.Column("holder_kind", sa.String(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("access_point_id", sa.Uuid(), nullable=True),
        sa.Column("schedule", sa.String(), nullable=False),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("author_tenant_id", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "holder_kind IN ('person', 'tenant', 'visit')", name=op.f("rights_holder_kind")
        ),
        sa.CheckConstraint(
            "source = 'grant' OR source_id IS NOT NULL", name=op.f("rights_source_id")
        ),
        sa.CheckConstraint("source IN ('grant', 'visit', 'booking')", name=op.f("rights_source")),
        sa.CheckConstraint("status IN ('granted', 'refused')", name=op.f("rights_status")),
        sa.CheckConstraint(
            "num_nonnulls(zone_id, access_point_id) = 1", name=op.f("rights_target")
        ),
        sa.ForeignKeyConstraint(
            ["access_point_id"],
            ["access_points.access_point_id"],
            name=op.f("rights_access_point_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("right_id", name=op.f("rights_pkey")),
    )
    op.create_index("rights_holder_idx", "rights", ["holder_id", "right_id"], unique=False)
    op.create_index(
        "rights_live_idx",
        "rights",
        ["holder_id", "zone_id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL AND status = 'granted'"),
    )
    op.create_index(
        "rights_source_idx",
        "rights",
        ["source_id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL AND source_id IS NOT NULL"),
    )
    for statement in (*messaging_ddl(), *APPEND_ONLY):
        op.execute(statement)


def downgrade() -> None:
    for statement in messaging_ddl_undone():
        op.execute(statement)
    op.drop_index(
        "rights_source_idx",
        table_name="rights",
        postgresql_where=sa.text("ended_at IS NULL AND source_id IS NOT NULL"),
    )
    op.drop_index(
        "rights_live_idx",
        table_name="rights",
        postgresql_where=sa.text("ended_at IS NULL AND status = 'granted'"),
    )
    op.drop_index("rights_holder_idx", table_name="rights")
    op.drop_table("rights")
    op.drop_index(op.f("access_points_door_id_idx"), table_name="access_points")
    op.drop_table("access_points")
    op.drop_index(op.f("sign_ins_person_id_idx"), table_name="sign_ins")
    op.drop_table("sign_ins")
    op.drop_index(op.f("doors_to_zone_id_idx"), table_name="doors")
    op.drop_index(op.f("doors_from_zone_id_idx"), table_name="doors")
    op.drop_index(op.f("doors_controller_id_idx"), table_name="doors")
    op.drop_table("doors")
    op.drop_index(op.f("badges_person_id_idx"), table_name="badges")
    op.drop_index("badges_number_idx", table_name="badges")
    op.drop_index(
        "badges_live_key", table_name="badges", postgresql_where=sa.text("ended_at IS NULL")
    )
    op.drop_table("badges")
    op.drop_index(op.f("zones_tenant_id_idx"), table_name="zones")
    op.drop_index(op.f("zones_parent_id_idx"), table_name="zones")
    op.drop_table("zones")
    op.drop_index("people_tenant_id_idx", table_name="people")
    op.drop_index("people_email_key", table_name="people", postgresql_where=sa.text("is_listed"))
    op.drop_table("people")
    op.drop_index(op.f("journal_particulars_visitor_id_idx"), table_name="journal_particulars")
    op.drop_index(op.f("journal_particulars_visit_id_idx"), table_name="journal_particulars")
    op.drop_index(op.f("journal_particulars_tenant_id_idx"), table_name="journal_particulars")
    op.drop_index(op.f("journal_particulars_person_id_idx"), table_name="journal_particulars")
    op.drop_index(op.f("journal_particulars_badge_id_idx"), table_name="journal_particulars")
    op.drop_table("journal_particulars")
    op.drop_table("decisions")
    op.drop_index(op.f("controller_keys_controller_id_idx"), table_name="controller_keys")
    op.drop_table("controller_keys")
    op.drop_index("timers_next_at_idx", table_name="timers")
    op.drop_table("timers")
    op.drop_index(
        "tenants_one_landlord_key",
        table_name="tenants",
        postgresql_where=sa.text("is_landlord AND is_listed"),
    )
    op.drop_table("tenants")
    op.drop_table("subjects")
    op.drop_index(op.f("remembered_answers_answered_at_idx"), table_name="remembered_answers")
    op.drop_table("remembered_answers")
    op.drop_table("presence")
    op.drop_index("outbox_subject_idx", table_name="outbox")
    op.drop_table("outbox")
    op.drop_index("known_visits_pass_digest_idx", table_name="known_visits")
    op.drop_index("known_visits_booking_id_idx", table_name="known_visits")
    op.drop_table("known_visits")
    op.drop_table("known_bookings")
    op.drop_index("journal_entries_to_zone_id_idx", table_name="journal_entries")
    op.drop_index("journal_entries_occurred_at_idx", table_name="journal_entries")
    op.drop_index("journal_entries_from_zone_id_idx", table_name="journal_entries")
    op.drop_index("journal_entries_door_id_idx", table_name="journal_entries")
    op.drop_index("journal_entries_decision_id_idx", table_name="journal_entries")
    op.drop_table("journal_entries")
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
    op.drop_table("controllers")
    op.drop_index("alarms_raised_at_idx", table_name="alarms")
    op.drop_index(
        "alarms_open_key", table_name="alarms", postgresql_where=sa.text("cleared_at IS NULL")
    )
    op.drop_table("alarms")
    op.execute("DROP FUNCTION journal_is_append_only()")
