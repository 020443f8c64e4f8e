"""What documents can be asked: to be published, changed, used no more, accepted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.visitors.agreements import store
from services.visitors.agreements.domain import (
    Acceptance,
    VisitDocument,
    VisitDocumentText,
    read_signature,
)
from services.visitors.agreements.store import Document
from shared.events.directory import Language
from shared.events.visits import How
from shared.identity.listed import Person


@dataclass(frozen=True)
class Wording:
    """What a document says, and of whom it is asked."""

    title: dict[str, str]
    text: dict[str, str]
    kinds: tuple[str, ...]
    must_sign: bool
    holds_for_days: int | None


async def publish(
    session: AsyncSession, tenant_id: UUID, wording: Wording, *, by: Person, at: datetime
) -> Document:
    """From now on the tenant's visitors are asked to accept it."""
    document = VisitDocument(tenant_id=tenant_id)
    _ask(document, wording)
    session.add(document)
    await session.flush()
    return document, _publish(session, document, wording, by=by, at=at)


def publish_again(
    session: AsyncSession, document: VisitDocument, wording: Wording, *, by: Person, at: datetime
) -> Document:
    """Another version: whoever accepted the former one is asked anew. Raises `DocumentRetired`."""
    document.must_be(document.version)
    document.version += 1
    _ask(document, wording)
    return document, _publish(session, document, wording, by=by, at=at)


def retire(document: VisitDocument, *, at: datetime) -> None:
    """Nobody is asked any more; what was accepted stays."""
    document.must_be(document.version)
    document.retired_at = at


def _ask(document: VisitDocument, wording: Wording) -> None:
    document.kinds, document.must_sign = list(wording.kinds), wording.must_sign
    document.holds_for_days = wording.holds_for_days


def _publish(
    session: AsyncSession, document: VisitDocument, wording: Wording, *, by: Person, at: datetime
) -> VisitDocumentText:
    text = VisitDocumentText(
        document_id=document.id,
        version=document.version,
        title=wording.title,
        text=wording.text,
        published_by=by.person_id,
        published_at=at,
    )
    session.add(text)
    return text


@dataclass(frozen=True)
class Signing:
    """Who accepts what, for which visit, before whom."""

    document_id: UUID
    version: int
    language: Language
    visit_id: UUID
    visitor_id: UUID
    tenant_id: UUID
    """The visit's."""
    signature: bytes | None
    how: How
    witnessed_by: UUID | None


async def accept_document(session: AsyncSession, signing: Signing, *, at: datetime) -> Acceptance:
    """The visitor has accepted the present version. Raises `NoSuchDocument`, `DocumentChanged`,
    `DocumentRetired`, `NoSignature`.
    """
    document, _ = await store.document_asked(session, signing.document_id, of=signing.tenant_id)
    document.must_be(signing.version)
    acceptance = Acceptance(
        document_id=document.id,
        version=document.version,
        visit_id=signing.visit_id,
        visitor_id=signing.visitor_id,
        language=signing.language,
        how=signing.how,
        accepted_at=at,
        witnessed_by=signing.witnessed_by,
        signature=read_signature(signing.signature, is_needed=document.must_sign),
    )
    session.add(acceptance)
    return acceptance
