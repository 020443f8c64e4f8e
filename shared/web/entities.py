"""ETag, If-Match and If-None-Match (RFC 9110): nobody overwrites what they have not seen."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Request, Response

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
