"""Visits, visitors, policies, notices, the read model and messaging."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.messaging.tables import messaging_ddl, messaging_ddl_undone

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
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
        "known_bookings",
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("does_stand", sa.Boolean(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("guest_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.PrimaryKeyConstraint("booking_id", name=op.f("known_bookings_pkey")),
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
        "visit_policies",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("admits", sa.Text(), nullable=False),
        sa.Column("lead_minutes", sa.Integer(), nullable=False),
        sa.Column("grace_minutes", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("admits IN ('door', 'desk_first')", name=op.f("visit_policies_admits")),
        sa.CheckConstraint(
            "grace_minutes BETWEEN 0 AND 1440", name=op.f("visit_policies_grace_minutes")
        ),
        sa.CheckConstraint(
            "lead_minutes BETWEEN 0 AND 1440", name=op.f("visit_policies_lead_minutes")
        ),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("visit_policies_pkey")),
    )
    op.create_table(
        "visitors",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("given_name", sa.String(), nullable=False),
        sa.Column("family_name", sa.String(), nullable=False),
        sa.Column("company", sa.String(), nullable=True),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("visitors_pkey")),
    )
    op.create_index(
        "visitors_email_idx",
        "visitors",
        ["tenant_id", sa.literal_column("lower(email)")],
        unique=False,
        postgresql_where=sa.text("email IS NOT NULL"),
    )
    op.create_table(
        "visits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=True),
        sa.Column("visitor_id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column("co_host_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_wall", sa.DateTime(), nullable=False),
        sa.Column("ends_wall", sa.DateTime(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("zone_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("zones_asked", sa.ARRAY(sa.Uuid()), nullable=True),
        sa.Column("desk_zone_id", sa.Uuid(), nullable=True),
        sa.Column("is_escort_required", sa.Boolean(), nullable=False),
        sa.Column("escort_ids", sa.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=True),
        sa.Column("guest_id", sa.Uuid(), nullable=True),
        sa.Column("desk_code", sa.String(), nullable=False),
        sa.Column("pass_rotation", sa.Integer(), nullable=False),
        sa.Column("pass_digest", sa.String(), nullable=False),
        sa.Column("pass_valid_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pass_valid_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("admits", sa.Text(), nullable=False),
        sa.Column("entries", sa.Text(), nullable=False),
        sa.Column("calendar_sequence", sa.Integer(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("admits IN ('door', 'desk_first')", name=op.f("visits_admits")),
        sa.CheckConstraint(
            "entries IN ('once_until_left', 'unlimited')", name=op.f("visits_entries")
        ),
        sa.CheckConstraint(
            "how IN ('door', 'desk', 'kiosk', 'host', 'self', 'sweep')", name=op.f("visits_how")
        ),
        sa.CheckConstraint(
            "status IN ('draft', 'pending_approval', 'expected', 'arrived', 'checked_in', 'on_break', 'checked_out', 'cancelled', 'refused', 'no_show', 'left_unseen')",
            name=op.f("visits_status"),
        ),
        sa.CheckConstraint("(booking_id IS NULL) = (guest_id IS NULL)", name=op.f("visits_guest")),
        sa.CheckConstraint("pass_valid_from < pass_valid_until", name=op.f("visits_pass_window")),
        sa.CheckConstraint("starts_at < ends_at", name=op.f("visits_window")),
        sa.ForeignKeyConstraint(
            ["visitor_id"], ["visitors.id"], name=op.f("visits_visitor_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("visits_pkey")),
        sa.UniqueConstraint("desk_code", name=op.f("visits_desk_code_key")),
        sa.UniqueConstraint("pass_digest", name=op.f("visits_pass_digest_key")),
    )
    op.create_index("visits_by_start_idx", "visits", ["starts_at", "id"], unique=False)
    op.create_index(
        "visits_guest_key",
        "visits",
        ["booking_id", "guest_id"],
        unique=True,
        postgresql_where=sa.text("booking_id IS NOT NULL AND status <> 'cancelled'"),
    )
    op.create_index("visits_of_host_idx", "visits", ["host_id", "starts_at", "id"], unique=False)
    op.create_index(
        "visits_of_tenant_idx", "visits", ["tenant_id", "starts_at", "id"], unique=False
    )
    op.create_index(op.f("visits_visitor_id_idx"), "visits", ["visitor_id"], unique=False)
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("to_address", sa.String(), nullable=True),
        sa.Column("particulars", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('invitation', 'update', 'cancellation', 'host_told')",
            name=op.f("notices_kind"),
        ),
        sa.CheckConstraint(
            "status IN ('queued', 'sent', 'failed', 'superseded')", name=op.f("notices_status")
        ),
        sa.ForeignKeyConstraint(["visit_id"], ["visits.id"], name=op.f("notices_visit_id_fkey")),
        sa.PrimaryKeyConstraint("id", name=op.f("notices_pkey")),
    )
    op.create_index("notices_of_visit_idx", "notices", ["visit_id", "position"], unique=False)
    op.create_index(
        "notices_queued_idx",
        "notices",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("status = 'queued'"),
    )
    op.create_table(
        "visit_passages",
        sa.Column("passage_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("access_point_id", sa.Uuid(), nullable=False),
        sa.Column("from_zone_id", sa.Uuid(), nullable=True),
        sa.Column("to_zone_id", sa.Uuid(), nullable=True),
        sa.Column("boundary", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "boundary IN ('entered_park', 'left_park', 'inside')",
            name=op.f("visit_passages_boundary"),
        ),
        sa.CheckConstraint(
            "evidence IN ('contact', 'granted')", name=op.f("visit_passages_evidence")
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("visit_passages_visit_id_fkey")
        ),
        sa.PrimaryKeyConstraint("passage_id", name=op.f("visit_passages_pkey")),
    )
    op.create_index(
        op.f("visit_passages_visit_id_idx"), "visit_passages", ["visit_id"], unique=False
    )
    op.create_table(
        "visit_steps",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("from_status", sa.Text(), nullable=True),
        sa.Column("to_status", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("passage_id", sa.Uuid(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "how IN ('door', 'desk', 'kiosk', 'host', 'self', 'sweep')",
            name=op.f("visit_steps_how"),
        ),
        sa.CheckConstraint(
            "step IN ('expect', 'reschedule', 'arrive', 'check_in', 'check_out', 'cancel')",
            name=op.f("visit_steps_step"),
        ),
        sa.CheckConstraint(
            "to_status IN ('draft', 'pending_approval', 'expected', 'arrived', 'checked_in', 'on_break', 'checked_out', 'cancelled', 'refused', 'no_show', 'left_unseen')",
            name=op.f("visit_steps_to_status"),
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("visit_steps_visit_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("visit_steps_pkey")),
    )
    op.create_index(op.f("visit_steps_visit_id_idx"), "visit_steps", ["visit_id"], unique=False)
    op.create_table(
        "notice_attempts",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reply", sa.String(), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'deferred', 'refused')", name=op.f("notice_attempts_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("notice_attempts_notice_id_fkey")
        ),
        sa.PrimaryKeyConstraint("notice_id", "number", name=op.f("notice_attempts_pkey")),
    )
    for statement in messaging_ddl():
        op.execute(statement)


def downgrade() -> None:
    for statement in messaging_ddl_undone():
        op.execute(statement)
    op.drop_table("notice_attempts")
    op.drop_index(op.f("visit_steps_visit_id_idx"), table_name="visit_steps")
    op.drop_table("visit_steps")
    op.drop_index(op.f("visit_passages_visit_id_idx"), table_name="visit_passages")
    op.drop_table("visit_passages")
    op.drop_index(
        "notices_queued_idx", table_name="notices", postgresql_where=sa.text("status = 'queued'")
    )
    op.drop_index("notices_of_visit_idx", table_name="notices")
    op.drop_table("notices")
    op.drop_index(op.f("visits_visitor_id_idx"), table_name="visits")
    op.drop_index("visits_of_tenant_idx", table_name="visits")
    op.drop_index("visits_of_host_idx", table_name="visits")
    op.drop_index(
        "visits_guest_key",
        table_name="visits",
        postgresql_where=sa.text("booking_id IS NOT NULL AND status <> 'cancelled'"),
    )
    op.drop_index("visits_by_start_idx", table_name="visits")
    op.drop_table("visits")
    op.drop_index(
        "visitors_email_idx", table_name="visitors", postgresql_where=sa.text("email IS NOT NULL")
    )
    op.drop_table("visitors")
    op.drop_table("visit_policies")
    op.drop_index("timers_next_at_idx", table_name="timers")
    op.drop_table("timers")
    op.drop_table("subjects")
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
    op.drop_table("known_bookings")
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
