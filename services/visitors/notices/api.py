"""Channels over HTTP: where else than in its mails a company reads of its visitors."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from services.visitors.notices import commands, store
from services.visitors.notices.domain import NoticeChannel, Vendor
from services.visitors.notices.domain.vendors import LONGEST_ADDRESS
from services.visitors.notices.messages import SENTENCES
from services.visitors.policies.api import TenantToSet
from shared.web import IfMatch, Me, Now, Once, Session, etag_of, must_match, not_modified

router = APIRouter(tags=["notice channels"])

MessageKind = StrEnum("MessageKind", {kind.value: kind.value for kind in SENTENCES})  # type: ignore[misc]
Name = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class WantedChannel(BaseModel):
    """Where to say what."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "address": "https://hooks.slack.com/services/T0PARVIS/B0DESK/q8Xw2Zr7Lk1",
                "kinds": ["desk_told", "approval_asked"],
            }
        },
    )

    address: Annotated[str, Field(min_length=10, max_length=LONGEST_ADDRESS)] | None = None
    """The incoming webhook of a channel in Slack, the address of a Teams workflow that starts when
    a webhook request is received, or `twilio://SID:TOKEN@+FROM/+TO`,
    `infobip://KEY@ACCOUNT.api.infobip.com/+TO?from=NAME` for one telephone. It is kept sealed and
    not shown again; without it the channel leads where it did.
    """
    kinds: Annotated[frozenset[MessageKind], Field(min_length=1, max_length=len(SENTENCES))]
    """Of notices that are told here, beside the mails."""


class ChannelView(BaseModel):
    """A channel, without its address."""

    name: str
    vendor: Vendor
    address_ends_in: str
    """By these last letters you know which one it is."""
    kinds: list[MessageKind]
    changed_at: datetime
    failing_since: datetime | None
    reason: str | None
    """Why the last message was not taken."""


class Channels(BaseModel):
    """A company's channels, by name; there are at most ten."""

    items: list[ChannelView]
    next: None = None


async def _to_change(name: Name, tenant_id: TenantToSet, session: Session) -> NoticeChannel:
    return await store.channel(session, tenant_id, name, lock=True)


ToChange = Annotated[NoticeChannel, Depends(_to_change, scope="function")]
"""The channel of the address, locked."""


@router.get("/tenants/{tenant_id}/notice-channels")
async def channels(tenant_id: TenantToSet, session: Session) -> Channels:
    """Where else than in its mails a company reads of its visitors, for its admins."""
    found = await store.channels_of_tenant(session, tenant_id)
    return Channels(items=[_view(each) for each in found])


@router.get("/tenants/{tenant_id}/notice-channels/{name}", response_model=ChannelView)
async def channel(
    name: Name, tenant_id: TenantToSet, session: Session, request: Request, response: Response
) -> ChannelView | Response:
    """One of these, and whether it works."""
    found = await store.channel(session, tenant_id, name)
    response.headers["etag"] = etag_of(found.version)
    if found.failing_since is None and (same := not_modified(request, version=found.version)):
        return same
    return _view(found)


@router.put("/tenants/{tenant_id}/notice-channels/{name}", response_model=ChannelView)
async def set_channel(
    name: Name,
    body: WantedChannel,
    tenant_id: TenantToSet,
    session: Session,
    me: Me,
    now: Now,
    once: Once,
    if_match: IfMatch = None,
) -> Response:
    """Have some notices told in Slack, in Teams or by SMS too, each as one sentence in the
    company's language. What a vendor does not take is repeated for half an hour.
    """
    wish = commands.WishedChannel(body.address, frozenset(each.value for each in body.kinds))

    async def work() -> tuple[BaseModel, str]:
        known = await commands.channel_to_set(session, tenant_id, name)
        must_match(if_match, version=known.version if known else 0)
        found = known or commands.new_channel(session, tenant_id, name, wish, by=me, at=now)
        commands.set_channel(session, found, wish, by=me, at=now)
        return _view(found), etag_of(found.version)

    return await once(work, status=200)


@router.delete("/tenants/{tenant_id}/notice-channels/{name}", status_code=204)
async def delete_channel(channel: ToChange, session: Session, if_match: IfMatch = None) -> None:
    """Say nothing there any more, nor what is still queued."""
    must_match(if_match, version=channel.version)
    await session.delete(channel)


def _view(channel: NoticeChannel) -> ChannelView:
    shown = channel.model_dump(include=set(ChannelView.model_fields))
    return ChannelView(**shown, address_ends_in=channel.ending)
