"""An endpoint of somebody's own systems, with TLS, as ruly or unruly as a test wants it."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shared.outward import Guard, Outward

HOST, OTHER_HOST, ELSEWHERE = "hooks.example", "other.example", "elsewhere.example"
LOOPBACK = "127.0.0.1"


@dataclass
class Endpoint:
    """Speaks as much HTTP as a client needs."""

    port: int = 0
    status: int = 200
    answer: bytes = b"ok"
    headers: str = ""
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    is_slow_at: str = "/slow"

    def url(self, path: str = "/parvis", *, host: str = HOST) -> str:
        return f"https://{host}:{self.port}{path}"

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        line, *rest = head.strip().split("\r\n")
        pairs = (each.partition(": ") for each in rest)
        headers = {name.lower(): value for name, _, value in pairs}
        headers["path"] = line.split(" ")[1]
        body = await reader.readexactly(int(headers.get("content-length", 0)))
        self.requests.append((headers, body))
        if headers["path"] == self.is_slow_at:
            await self.may_answer.wait()
        length = f"content-length: {len(self.answer)}\r\n\r\n"
        begins = f"HTTP/1.1 {self.status} X\r\n{self.headers}{length}"
        writer.write(begins.encode() + self.answer)
        writer.close()


def names(*private: str) -> Guard:
    """Where hosts are: those of the endpoint on loopback, which is taken here; others are not."""

    async def resolve(host: str, port: int) -> Sequence[str]:
        return [LOOPBACK] if host in {HOST, OTHER_HOST} else list(private) or ["203.0.113.7"]

    return Guard(allowed=frozenset({LOOPBACK}), resolve=resolve)


@asynccontextmanager
async def an_endpoint() -> AsyncIterator[tuple[Endpoint, ssl.SSLContext]]:
    """The endpoint, and a context that believes its certificate."""
    endpoint = Endpoint()
    with TemporaryDirectory() as folder:
        path = certificate(Path(folder), HOST, OTHER_HOST)
        serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        serving.load_cert_chain(path)
        believing = ssl.create_default_context(cafile=str(path))
    listening = await asyncio.start_server(endpoint.talk, LOOPBACK, 0, ssl=serving)
    endpoint.port = listening.sockets[0].getsockname()[1]
    try:
        yield endpoint, believing
    finally:
        endpoint.may_answer.set()
        listening.close()


def outward(believing: ssl.SSLContext, guard: Guard | None = None, timeout: float = 5) -> Outward:
    return Outward(guard or names(), tls=believing, timeout=timeout)


def certificate(folder: Path, *hosts: str) -> Path:
    """A file with a key, and a certificate for these hosts that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hosts[0])])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "endpoint.pem"
    path.write_bytes(private + made.public_bytes(pem))
    return path
