"""Ask more of visitors where a tenant or the landlord wants it: documents, proofs, hours."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

HOW = "how IN ('door', 'desk', 'kiosk', 'host', 'self', 'sweep')"
NEW_IN_POLICIES = (
    "walk_in_approval",
    "is_escort_required",
    "must_see_id",
    "contractor_proofs",
    "desk_zone_id",
    "hours",
)


def upgrade() -> None:
    for name, kind, default in (
        ("walk_in_approval", sa.Text(), "nobody"),
        ("is_escort_required", sa.Boolean(), sa.false()),
        ("must_see_id", sa.Boolean(), sa.false()),
        ("contractor_proofs", postgresql.ARRAY(sa.Text()), "{}"),
        ("hours", postgresql.JSONB(astext_type=sa.Text()), "[]"),
    ):
        op.add_column(
            "visit_policies", sa.Column(name, kind, nullable=False, server_default=default)
        )
        op.alter_column("visit_policies", name, server_default=None)
    op.add_column("visit_policies", sa.Column("desk_zone_id", sa.Uuid(), nullable=True))
    op.create_check_constraint(
        op.f("visit_policies_walk_in_approval"),
        "visit_policies",
        "walk_in_approval IN ('nobody', 'host', 'tenant')",
    )
    _make_documents()


def _make_documents() -> None:
    op.create_table(
        "visit_documents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kinds", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("must_sign", sa.Boolean(), nullable=False),
        sa.Column("holds_for_days", sa.Integer(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("visit_documents_pkey")),
    )
    op.create_index("visit_documents_of_tenant_idx", "visit_documents", ["tenant_id", "id"])
    op.create_table(
        "visit_document_texts",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("text", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"],
            ["visit_documents.id"],
            name=op.f("visit_document_texts_document_id_fkey"),
        ),
        sa.PrimaryKeyConstraint("document_id", "version", name=op.f("visit_document_texts_pkey")),
    )
    op.create_table(
        "acceptances",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("visitor_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("witnessed_by", sa.Uuid(), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(HOW, name=op.f("acceptances_how")),
        sa.ForeignKeyConstraint(
            ["document_id", "version"],
            ["visit_document_texts.document_id", "visit_document_texts.version"],
            name=op.f("acceptances_document_id_version_fkey"),
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visits.id"], name=op.f("acceptances_visit_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["visitor_id"], ["visitors.id"], name=op.f("acceptances_visitor_id_fkey")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("acceptances_pkey")),
    )
    op.create_index(op.f("acceptances_visit_id_idx"), "acceptances", ["visit_id"])
    op.create_index(
        "acceptances_of_visitor_idx", "acceptances", ["visitor_id", "document_id", "version"]
    )


def downgrade() -> None:
    op.drop_table("acceptances")
    op.drop_table("visit_document_texts")
    op.drop_table("visit_documents")
    op.drop_constraint(op.f("visit_policies_walk_in_approval"), "visit_policies")
    for name in NEW_IN_POLICIES:
        op.drop_column("visit_policies", name)
