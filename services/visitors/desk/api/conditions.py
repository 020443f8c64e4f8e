"""What is still to be done before a visitor is checked in, over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Base64Bytes, BaseModel, ConfigDict, Field

from services.visitors.agreements.commands import Signing, accept_document
from services.visitors.agreements.domain import LARGEST_SIGNATURE
from services.visitors.agreements.store import documents_to_read
from services.visitors.desk.api.found import ForDesk
from services.visitors.visits.api import Seen, changed
from services.visitors.visits.commands import conditions_of_visit
from services.visitors.visits.domain import By, ConditionCode
from services.visitors.visits.views import VisitView
from shared.events.directory import Language
from shared.events.visits import How
from shared.web import IfMatch, Me, Now, Once, Session

router = APIRouter(tags=["desk"])


class ConditionView(BaseModel):
    """One thing that is still to be done."""

    code: ConditionCode
    document_id: UUID | None


class DocumentToRead(BaseModel):
    """A document to be accepted, in the visitor's language where there is one."""

    document_id: UUID
    version: int
    language: Language
    title: str
    text: str
    must_sign: bool


class Conditions(BaseModel):
    """What is open now, in the order in which a desk goes about it; nothing: check in."""

    items: list[ConditionView]
    documents: list[DocumentToRead]
    next: None = None


class NewAcceptance(BaseModel):
    """The visitor accepts a document at the desk, by a tick or a drawn signature."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"document_id": "0198c0de-0000-7000-8000-00000000000d", "version": 1}
        },
    )

    document_id: UUID
    version: Annotated[int, Field(ge=1, le=100_000)]
    """The one that was shown."""
    signature: Annotated[Base64Bytes, Field(max_length=LARGEST_SIGNATURE * 2)] | None = None
    """A PNG of at most 48 kB and 2,000 by 2,000 pixels, in base64 (RFC 4648); needed where the
    document says so. What of it does not show is not kept.
    """


@router.get("/visits/{visit_id}/conditions")
async def conditions(found: Seen, session: Session, now: Now) -> Conditions:
    """What is still to be done before the visitor is checked in, with the texts to be accepted."""
    visit, _ = found
    open_now = await conditions_of_visit(session, visit, at=now)
    ids = [each.document_id for each in open_now if each.document_id is not None]
    documents = await documents_to_read(session, ids)
    return Conditions(
        items=[ConditionView(code=each.code, document_id=each.document_id) for each in open_now],
        documents=[
            DocumentToRead(
                document_id=document.id,
                version=document.version,
                language=language,
                title=title,
                text=text,
                must_sign=document.must_sign,
            )
            for document, texts in documents
            for language, title, text in [texts.in_language(visit.language)]
        ],
    )


@router.post("/visits/{visit_id}/acceptances", response_model=VisitView)
async def accept(
    body: NewAcceptance,
    found: ForDesk,
    session: Session,
    me: Me,
    now: Now,
    once: Once,
    if_match: IfMatch = None,
) -> Response:
    """The visitor has accepted a document, before the reception."""
    visit, _ = found

    async def work() -> None:
        signing = Signing(
            document_id=body.document_id,
            version=body.version,
            language=visit.language,
            visit_id=visit.id,
            visitor_id=visit.visitor_id,
            tenant_id=visit.tenant_id,
            signature=body.signature,
            how=How.DESK,
            witnessed_by=me.person_id,
        )
        await accept_document(session, signing, at=now)

    return await changed(found, once, if_match, work)


@router.post("/visits/{visit_id}/id-seen", response_model=VisitView)
async def id_seen(
    found: ForDesk, me: Me, now: Now, once: Once, if_match: IfMatch = None
) -> Response:
    """The reception has seen an identity document; nothing of it is kept."""

    async def work() -> None:
        found[0].see_id(by=By(at=now, how=How.DESK, person_id=me.person_id))

    return await changed(found, once, if_match, work)
