"""Requests to addresses that somebody else has chosen: HTTPS, and never into private networks.

One rule: the name is looked up once, each address found is judged, and the connection goes to one
that was judged. So a name that leads elsewhere a moment later leads nowhere.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from socket import SOCK_STREAM, gaierror
from urllib.parse import urlsplit

import httpx

from shared.errors import Malformed

LONGEST_URL = 500
LOOKED_UP_WITHIN = 3.0
LARGEST_ANSWER = 1024
"""Bytes of an answer that are read."""
_NAT64 = IPv6Network("64:ff9b::/96")
_GLOBAL_UNICAST = IPv6Network("2000::/3")
"""All that is given out of IPv6 (IANA). Outside lie what has been withdrawn and still is routed by
some (`fec0::1`, `::10.0.0.1`, `::ffff:0:10.0.0.1`), and translators of one's own (RFC 8215).
"""
_NOT_TO_BE_REACHED = (
    IPv6Network("3fff::/20"),
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv4Network("168.63.129.16/32"),
)
"""Examples (RFC 9637), protocols (RFC 6890), the relays that were (RFC 7526), and the address by
which each machine of one cloud reaches its host.
"""

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class TargetNotAllowed(Malformed):
    """Give an https address outside private networks, without a user name in it."""


class TargetUnknown(Malformed):
    """This address cannot be found; look at how it is written."""


class NotSent(Exception):
    """The request may or may not have arrived; nobody has answered it."""


@dataclass(frozen=True)
class Target:
    """Where a request goes: the address is one of the host's, and was judged."""

    host: str
    port: int
    address: str
    path: str

    @property
    def url(self) -> str:
        """By address; the host's name goes into the TLS handshake and the Host header."""
        address = f"[{self.address}]" if ":" in self.address else self.address
        return f"https://{address}:{self.port}{self.path}"

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == 443 else f"{host}:{self.port}"


async def looked_up(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, by the machine's resolver."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=SOCK_STREAM)
    return [str(each[4][0]) for each in found]


@dataclass(frozen=True)
class Guard:
    """Judges where requests may go."""

    allowed: frozenset[str] = frozenset()
    """Addresses that are taken although they are private."""
    resolve: Resolve = field(default=looked_up)

    async def target(self, url: str) -> Target:
        """Raises `TargetNotAllowed`, `TargetUnknown`."""
        host, port, path = _parts(url)
        try:
            async with asyncio.timeout(LOOKED_UP_WITHIN):
                addresses = await self.resolve(host, port)
        except (gaierror, TimeoutError, UnicodeError, OSError):
            raise TargetUnknown from None
        if not addresses:
            raise TargetUnknown
        if not all(address in self.allowed or is_public(address) for address in addresses):
            raise TargetNotAllowed
        return Target(host=host, port=port, address=addresses[0], path=path)


def _parts(url: str) -> tuple[str, int, str]:
    try:
        parts = urlsplit(url)
        port = parts.port or 443
    except ValueError:
        raise TargetNotAllowed from None
    is_plain = not (parts.username or parts.password or parts.fragment)
    if len(url) > LONGEST_URL or parts.scheme != "https" or not parts.hostname or not is_plain:
        raise TargetNotAllowed
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise TargetNotAllowed
    query = f"?{parts.query}" if parts.query else ""
    return parts.hostname, port, (parts.path or "/") + query


def is_public(address: str) -> bool:
    """Whether the address is of the public internet; one that carries another is judged by both."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return all(_is_public(each) for each in _all_of(ip))


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if any(ip in network for network in _NOT_TO_BE_REACHED):
        return False
    is_given_out = isinstance(ip, IPv4Address) or ip in _GLOBAL_UNICAST
    return ip.is_global and not ip.is_multicast and is_given_out


def _all_of(ip: IPv4Address | IPv6Address) -> list[IPv4Address | IPv6Address]:
    if isinstance(ip, IPv4Address):
        return [ip]
    if ip.ipv4_mapped is not None:
        return [ip.ipv4_mapped]
    if ip in _NAT64:
        return [IPv4Address(int(ip) & 0xFFFFFFFF)]
    inside = [ip.sixtofour, *(ip.teredo or ())]
    return [ip, *(each for each in inside if each is not None)]


@dataclass(frozen=True)
class Answered:
    """What the other side said."""

    status: int
    text: str
    """At most a kilobyte of it."""


class Outward:
    """Sends to judged targets: no redirects, no proxies, little patience, little reading."""

    def __init__(
        self, guard: Guard, *, tls: ssl.SSLContext | None = None, timeout: float = 10.0
    ) -> None:
        """`tls` says whose certificates are believed; `timeout` in seconds, for the whole."""
        self._guard, self._timeout = guard, timeout
        self._tls = tls or httpx.create_ssl_context()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answered:
        """Raises `NotSent`, also where the target is refused by now."""
        try:
            async with asyncio.timeout(self._timeout):
                return await self._post(await self._guard.target(url), body, headers)
        except (TargetNotAllowed, TargetUnknown) as refused:
            raise NotSent(refused.code) from None
        except TimeoutError:
            raise NotSent("no answer in time") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as broken:
            raise NotSent(type(broken).__name__) from None

    async def _post(self, target: Target, body: bytes, headers: Mapping[str, str]) -> Answered:
        sent = dict(headers) | {"host": target.authority}
        async with (
            httpx.AsyncClient(
                verify=self._tls, trust_env=False, follow_redirects=False, timeout=self._timeout
            ) as client,
            client.stream(
                "POST",
                target.url,
                content=body,
                headers=sent,
                extensions={"sni_hostname": target.host},
            ) as answer,
        ):
            read = b""
            async for part in answer.aiter_raw():
                read += part
                if len(read) >= LARGEST_ANSWER:
                    break
            text = read[:LARGEST_ANSWER].decode("utf-8", "replace").replace("\x00", "?")
            return Answered(answer.status_code, text)
