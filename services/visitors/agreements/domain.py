"""Documents that visitors accept before they come in: house rules, secrecy, how data is used.

One rule: a published text never changes; another text is another version, and it is accepted anew.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Column, DateTime, ForeignKeyConstraint, Index, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlmodel import Field

from services.visitors.database import VisitorsTable, Word, one_of
from services.visitors.png import NotPng, read_png
from shared.errors import Conflict, Malformed, NotFound
from shared.events.directory import Language
from shared.events.visits import How

LARGEST_SIGNATURE = 48 * 1024
"""Bytes of a PNG: a signature drawn on a pad takes some 5 to 20 kB."""
WIDEST_SIGNATURE = 2000
"""Pixels, each way: so no reader has more than 16 MB of it to unpack."""


class NoSuchDocument(NotFound):
    """There is no such document for visitors."""


class DocumentChanged(Conflict):
    """There is a newer version of this document; show that one to the visitor."""


class DocumentRetired(Conflict):
    """This document is not used any more."""


class NoSignature(Malformed):
    """A signature is a PNG picture of at most 48 kB, and 2,000 by 2,000 pixels."""


class VisitDocument(VisitorsTable, table=True):
    """What a tenant's visitors, or the landlord's and so all, are asked to accept."""

    __tablename__ = "visit_documents"
    __table_args__ = (Index("visit_documents_of_tenant_idx", "tenant_id", "id"),)

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    tenant_id: UUID
    version: int = 1
    kinds: list[str] = Field(default_factory=list, sa_column=Column(ARRAY(Text), nullable=False))
    """The kinds of visits it is for; none: all."""
    must_sign: bool = False
    holds_for_days: int | None = None
    """How long the same visitor is not asked again; None: each visit asks."""
    retired_at: datetime | None = Field(default=None, sa_type=DateTime(timezone=True))

    def is_for(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds

    def must_be(self, version: int) -> None:
        """Raises `DocumentRetired`, `DocumentChanged`."""
        if self.retired_at is not None:
            raise DocumentRetired
        if self.version != version:
            raise DocumentChanged


class VisitDocumentText(VisitorsTable, table=True):
    """One version of a document, as it was published; rows are only ever added."""

    __tablename__ = "visit_document_texts"

    document_id: UUID = Field(foreign_key="visit_documents.id", primary_key=True)
    version: int = Field(primary_key=True)
    title: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False))
    text: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False))
    """Language -> words; the visitor reads their own, else the first of fr, en, ar there is."""
    published_by: UUID
    published_at: datetime = Field(sa_type=DateTime(timezone=True))

    def in_language(self, language: Language) -> tuple[Language, str, str]:
        """(language, title, text), as near to what the visitor reads as there is."""
        order: tuple[Language, ...] = (language, "fr", "en", "ar")
        found = next(each for each in order if each in self.text)
        return found, self.title[found], self.text[found]


class Acceptance(VisitorsTable, table=True):
    """A visitor has accepted a version of a document. Rows are only ever added."""

    __tablename__ = "acceptances"
    __table_args__ = (
        one_of("how", How),
        ForeignKeyConstraint(
            ["document_id", "version"],
            ["visit_document_texts.document_id", "visit_document_texts.version"],
        ),
        Index("acceptances_of_visitor_idx", "visitor_id", "document_id", "version"),
    )

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    document_id: UUID
    version: int
    visit_id: UUID = Field(foreign_key="visits.id", index=True)
    visitor_id: UUID = Field(foreign_key="visitors.id")
    language: Language = Field(sa_type=Text)
    how: How = Field(sa_type=Word(How))
    accepted_at: datetime = Field(sa_type=DateTime(timezone=True))
    witnessed_by: UUID | None = None
    """Who was at the desk."""
    signature: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
    """A PNG; None where a tick was enough."""


def read_signature(picture: bytes | None, *, is_needed: bool) -> bytes | None:
    """The picture, and nothing else that came with it. Raises `NoSignature` for what is no small
    PNG, and for none where one is needed.
    """
    if picture is None and not is_needed:
        return None
    if picture is None or len(picture) > LARGEST_SIGNATURE:
        raise NoSignature
    try:
        return read_png(picture, widest=WIDEST_SIGNATURE)
    except NotPng:
        raise NoSignature from None
