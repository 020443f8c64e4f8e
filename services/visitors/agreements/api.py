"""Documents for visitors over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.visitors.agreements import commands, store
from services.visitors.agreements.commands import Wording
from services.visitors.agreements.store import Document
from services.visitors.policies.commands import must_be_theirs
from services.visitors.policies.domain import VisitKind
from shared.events.directory import Language
from shared.identity.listed import Role
from shared.web import IfMatch, Line, Me, Now, Once, Page, Session, etag_of, must_match, page_of
from shared.web.pages import AskedPage

router = APIRouter(tags=["documents"])

LONGEST_TEXT = 20_000
LONGEST_DAYS = 3660
Text = Annotated[
    str, StringConstraints(min_length=1, max_length=LONGEST_TEXT, pattern=r"^[^\x00]+$")
]


class WantedDocument(BaseModel):
    """What visitors are asked to accept, in at least one language."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "title": {"fr": "Règles de la maison", "en": "House rules"},
                "text": {"fr": "Portez votre badge.", "en": "Wear your badge."},
                "kinds": ["visitor", "contractor"],
                "must_sign": False,
                "holds_for_days": 365,
            }
        },
    )

    title: dict[Language, Line]
    text: dict[Language, Text]
    kinds: Annotated[tuple[VisitKind, ...], Field(max_length=3)] = ()
    """The kinds of visits it is for; all where none is given."""
    must_sign: bool = False
    """Whether a drawn signature is needed; a tick is enough where not."""
    holds_for_days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)] | None = None
    """How long the same visitor is not asked again; each visit asks where it is not given."""

    @model_validator(mode="after")
    def each_text_has_a_title(self) -> WantedDocument:
        if not self.text or self.text.keys() != self.title.keys():
            raise ValueError("title and text are given in the same languages, at least one")
        return self

    def wording(self) -> Wording:
        return Wording(
            title={str(each): words for each, words in self.title.items()},
            text={str(each): words for each, words in self.text.items()},
            kinds=tuple(sorted({each.value for each in self.kinds})),
            must_sign=self.must_sign,
            holds_for_days=self.holds_for_days,
        )


class DocumentView(BaseModel):
    """A document as it is asked for now."""

    document_id: UUID
    tenant_id: UUID
    version: int
    title: dict[Language, str]
    text: dict[Language, str]
    kinds: list[str]
    must_sign: bool
    holds_for_days: int | None
    published_at: datetime


@router.get("/tenants/{tenant_id}/visit-documents")
async def documents(
    tenant_id: UUID, session: Session, me: Me, asked: AskedPage
) -> Page[DocumentView]:
    """What a company's visitors are asked to accept; the landlord's are asked of all beside it."""
    await must_be_theirs(session, tenant_id, by=me)
    bound_to = f"visit documents {me.person_id} {tenant_id}"
    after = asked.after(bound_to=bound_to, types=(UUID,))
    rows = await store.documents_of(session, tenant_id, after=after, limit=asked.limit)
    return page_of(
        rows, asked=asked, bound_to=bound_to, key=lambda row: (str(row[0].id),), view=_view
    )


@router.post("/tenants/{tenant_id}/visit-documents", status_code=201, response_model=DocumentView)
async def publish_document(
    tenant_id: UUID, body: WantedDocument, session: Session, me: Me, now: Now, once: Once
) -> Response:
    """Ask the company's visitors to accept a document; at the landlord's, all visitors."""
    await must_be_theirs(session, tenant_id, by=me)
    me.must_have(Role.TENANT_ADMIN, Role.OPERATOR)

    async def work() -> tuple[BaseModel, str | None]:
        made = await commands.publish(session, tenant_id, body.wording(), by=me, at=now)
        return _view(made), etag_of(made[0].version)

    return await once(work)


async def _to_change(tenant_id: UUID, document_id: UUID, session: Session, me: Me) -> Document:
    await must_be_theirs(session, tenant_id, by=me)
    me.must_have(Role.TENANT_ADMIN, Role.OPERATOR)
    return await store.document(session, document_id, tenant_id=tenant_id)


ToChange = Annotated[Document, Depends(_to_change, scope="function")]
"""The document of the address, locked, for who may change it."""


@router.put("/tenants/{tenant_id}/visit-documents/{document_id}", response_model=DocumentView)
async def publish_again(
    body: WantedDocument,
    found: ToChange,
    session: Session,
    me: Me,
    now: Now,
    once: Once,
    if_match: IfMatch = None,
) -> Response:
    """Publish another version: visitors who accepted the former one are asked anew."""

    async def work() -> tuple[BaseModel, str | None]:
        must_match(if_match, version=found[0].version)
        made = commands.publish_again(session, found[0], body.wording(), by=me, at=now)
        return _view(made), etag_of(made[0].version)

    return await once(work, status=200)


@router.delete("/tenants/{tenant_id}/visit-documents/{document_id}", status_code=204)
async def retire_document(found: ToChange, now: Now, if_match: IfMatch = None) -> None:
    """Ask nobody any more; what was accepted stays on record."""
    must_match(if_match, version=found[0].version)
    commands.retire(found[0], at=now)


def _view(document: Document) -> DocumentView:
    asked, text = document
    return DocumentView(
        document_id=asked.id,
        tenant_id=asked.tenant_id,
        version=asked.version,
        title=text.title,
        text=text.text,
        kinds=asked.kinds,
        must_sign=asked.must_sign,
        holds_for_days=asked.holds_for_days,
        published_at=text.published_at,
    )
