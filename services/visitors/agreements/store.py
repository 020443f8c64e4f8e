"""Looks up what visitors are asked to accept, and what they have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from services.visitors.agreements.domain import (
    NoSuchDocument,
    VisitDocument,
    VisitDocumentText,
)
from shared.directory import tenants
from shared.messaging.outbox import driver_in_transaction
from shared.web.pages import Cursor

Document = tuple[VisitDocument, VisitDocumentText]
"""A document with its present text."""

_PRESENT = and_(
    col(VisitDocumentText.document_id) == col(VisitDocument.id),
    col(VisitDocumentText.version) == col(VisitDocument.version),
)


def _is_asked_of_visitors_of(tenant_id: UUID) -> ColumnElement[bool]:
    landlords = select(tenants.c.tenant_id).where(tenants.c.is_landlord)
    return or_(
        col(VisitDocument.tenant_id) == tenant_id, col(VisitDocument.tenant_id).in_(landlords)
    )


async def documents_of(
    session: AsyncSession, tenant_id: UUID, *, after: Cursor | None, limit: int
) -> Sequence[Document]:
    """A tenant's own, not retired, by id; one more than `limit` where there are more."""
    query = (
        select(VisitDocument, VisitDocumentText)
        .join(VisitDocumentText, _PRESENT)
        .where(col(VisitDocument.tenant_id) == tenant_id, col(VisitDocument.retired_at).is_(None))
        .order_by(col(VisitDocument.id))
        .limit(limit + 1)
    )
    if after is not None:
        query = query.where(col(VisitDocument.id) > after.key[0])
    return [(row[0], row[1]) for row in await session.execute(query)]


async def document(session: AsyncSession, document_id: UUID, *, tenant_id: UUID) -> Document:
    """One of the tenant's own, locked. Raises `NoSuchDocument`."""
    rows = await session.execute(
        select(VisitDocument, VisitDocumentText)
        .join(VisitDocumentText, _PRESENT)
        .where(col(VisitDocument.id) == document_id, col(VisitDocument.tenant_id) == tenant_id)
        .with_for_update(of=VisitDocument)
    )
    found = rows.first()
    if found is None:
        raise NoSuchDocument
    return found[0], found[1]


async def document_asked(session: AsyncSession, document_id: UUID, *, of: UUID) -> Document:
    """One that visitors of this tenant are asked to accept. Raises `NoSuchDocument`."""
    rows = await session.execute(
        select(VisitDocument, VisitDocumentText)
        .join(VisitDocumentText, _PRESENT)
        .where(col(VisitDocument.id) == document_id, _is_asked_of_visitors_of(of))
        .with_for_update(of=VisitDocument, read=True)
    )
    found = rows.first()
    if found is None:
        raise NoSuchDocument
    return found[0], found[1]


async def documents_to_read(session: AsyncSession, ids: Sequence[UUID]) -> list[Document]:
    """These, by id; who asks has the ids from `unaccepted`."""
    if not ids:
        return []
    rows = await session.execute(
        select(VisitDocument, VisitDocumentText)
        .join(VisitDocumentText, _PRESENT)
        .where(col(VisitDocument.id).in_(ids))
        .order_by(col(VisitDocument.id))
    )
    return [(row[0], row[1]) for row in rows]


_UNACCEPTED = """
SELECT v.id AS visit_id, array_agg(d.id ORDER BY d.id) AS document_ids
FROM visits AS v JOIN visit_documents AS d ON d.retired_at IS NULL
    AND (d.kinds = '{}' OR v.kind = ANY (d.kinds))
    AND (d.tenant_id = v.tenant_id
         OR d.tenant_id IN (SELECT tenant_id FROM known_tenants WHERE is_landlord))
WHERE v.id = ANY ($1) AND NOT EXISTS (
    SELECT FROM acceptances AS a
    WHERE a.visitor_id = v.visitor_id AND a.document_id = d.id AND a.version = d.version
        AND (a.visit_id = v.id
             OR a.accepted_at + make_interval(days => d.holds_for_days) > $2))
GROUP BY v.id
"""


async def unaccepted(
    session: AsyncSession, visit_ids: Sequence[UUID], *, at: datetime
) -> dict[UUID, list[UUID]]:
    """What the visitors of these visits have still to accept, by visit."""
    connection = await driver_in_transaction(session)
    rows = await connection.fetch(_UNACCEPTED, visit_ids, at)
    return {row["visit_id"]: row["document_ids"] for row in rows}
