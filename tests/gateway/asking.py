"""Asking a gateway as a client does, with the path exactly as it is given."""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.support.nginx import Nginx

NOBODY_CHECKED = ssl.create_default_context()
NOBODY_CHECKED.check_hostname = False
NOBODY_CHECKED.verify_mode = ssl.CERT_NONE


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def all(self, name: str) -> list[str]:
        """Each value of a header, as often as it is there."""
        return [value for each, value in self.headers if each.lower() == name]


@dataclass(frozen=True)
class Gateway:
    """A running nginx in one of its places."""

    nginx: Nginx
    is_behind_ingress: bool

    def told(self, *, status: int) -> dict[str, Any]:
        """What its log says last of a refusal with that status; nothing, if it says nothing yet."""
        lines = [line for line in self.nginx.output.splitlines() if line.startswith("{")]
        found = [each for each in map(json.loads, lines) if each["status"] == status]
        return found[-1] if found else {}

    def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        caller: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
    ) -> Answer:
        """`caller` is the address it comes from; behind an Ingress, as that says."""
        sent = dict(headers or {})
        source = (caller, 0)
        if self.is_behind_ingress:
            told = sent.get("X-Forwarded-For")
            sent["X-Forwarded-For"] = f"{told}, {caller}" if told else caller
            source = ("127.0.0.1", 0)
        if tls is None:
            connection = http.client.HTTPConnection(
                "127.0.0.1", self.nginx.port, timeout=10, source_address=source
            )
        else:
            connection = http.client.HTTPSConnection(
                "127.0.0.1", self.nginx.tls_port, timeout=10, context=tls
            )
        try:
            connection.request(method, path, body=body, headers=sent)
            answer = connection.getresponse()
            return Answer(answer.status, tuple(answer.getheaders()), answer.read())
        finally:
            connection.close()
