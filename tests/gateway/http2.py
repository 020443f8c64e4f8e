"""One request by HTTP/2 (RFC 9113), as plainly as it can be made: no compression, no library."""

import socket
import ssl

DATA, HEADERS, SETTINGS = 0, 1, 4
END_STREAM, END_HEADERS = 1, 4
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def body_of_get(path: str, *, host: str, port: int) -> bytes:
    """What is answered at that port of this machine, whoever its certificate names."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["h2"])
    fields = {":method": "GET", ":scheme": "https", ":authority": host, ":path": path}
    with (
        socket.create_connection(("127.0.0.1", port), timeout=5) as connection,
        context.wrap_socket(connection) as secure,
    ):
        secure.sendall(PREFACE + _frame(SETTINGS) + _headers(fields))
        return _received_body(secure)


def _frame(kind: int, payload: bytes = b"", *, flags: int = 0, stream: int = 0) -> bytes:
    """RFC 9113, 4.1."""
    return len(payload).to_bytes(3) + bytes([kind, flags]) + stream.to_bytes(4) + payload


def _headers(fields: dict[str, str]) -> bytes:
    """A request without a body, each field as it is (RFC 7541, 6.2.2)."""
    block = b"".join(
        b"\0" + bytes([len(name)]) + name.encode() + bytes([len(value)]) + value.encode()
        for name, value in fields.items()
    )
    return _frame(HEADERS, block, flags=END_STREAM | END_HEADERS, stream=1)


def _received_body(secure: ssl.SSLSocket) -> bytes:
    """What the one answer says."""
    body = b""
    with secure.makefile("rb") as answer:
        while True:
            head = answer.read(9)
            payload = answer.read(int.from_bytes(head[:3]))
            body += payload if head[3] == DATA else b""
            if head[3] in {DATA, HEADERS} and head[4] & END_STREAM:
                return body
