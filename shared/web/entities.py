"""ETag, If-Match and If-None-Match (RFC 9110): nobody overwrites what they have not seen."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated

from fastapi import Header, Request, Response
from pydantic import BaseModel

from shared.errors import LostRace

IfMatch = Annotated[
    str | None, Header(alias="If-Match", max_length=200, description="The ETag you last read.")
]


class ChangedSinceYouRead(LostRace):
    """Somebody changed it since you read it; read it again and repeat your change."""


def etag_of(version: int | str) -> str:
    """The strong entity tag of a version."""
    return f'"{version}"'


def must_match(if_match: str | None, *, version: int | str) -> None:
    """Raises `ChangedSinceYouRead` where `If-Match` is given and names another version."""
    if if_match is None or if_match.strip() == "*":
        return
    if etag_of(version) not in [tag.strip() for tag in if_match.split(",")]:
        raise ChangedSinceYouRead


def not_modified(request: Request, *, version: int | str) -> Response | None:
    """304 where the caller already has this version, else None."""
    known = [
        tag.strip().removeprefix("W/")
        for tag in request.headers.get("if-none-match", "").split(",")
    ]
    etag = etag_of(version)
    return Response(status_code=304, headers={"etag": etag}) if etag in known else None


def answer_of(view: BaseModel, request: Request) -> Response:
    """The view as JSON, under a tag of what it says: 304 where the caller has just that already.

    For what is looked up and never changed by its tag; a client keeps it, and asks each time.
    """
    body = view.model_dump_json().encode()
    tag = sha256(body).hexdigest()[:16]
    headers = {"etag": etag_of(tag), "cache-control": "private, no-cache"}
    return not_modified(request, version=tag) or Response(
        body, media_type="application/json", headers=headers
    )
