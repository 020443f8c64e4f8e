"""A name server of the tests' own (RFC 1035): says where each service is at the moment."""

from __future__ import annotations

import socket
import threading

NO_SUCH_NAME = 0x8183
FOUND = 0x8180


class Names:
    """Answers questions for addresses; a name that is not there does not exist."""

    def __init__(self) -> None:
        self.addresses: dict[str, str] = {}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._answer, daemon=True).start()

    def _answer(self) -> None:
        while True:
            try:
                asked, where = self._socket.recvfrom(512)
            except OSError:  # closed
                return
            self._socket.sendto(self._reply(asked), where)

    def _reply(self, asked: bytes) -> bytes:
        end = asked.index(b"\0", 12)
        question = asked[12 : end + 5]
        address = self.addresses.get(_name(asked[12:end]))
        flags = FOUND if address else NO_SUCH_NAME
        head = (
            asked[:2] + flags.to_bytes(2) + b"\0\1" + (b"\0\1" if address else b"\0\0") + b"\0" * 4
        )
        if not address:
            return head + question
        return head + question + b"\xc0\x0c\0\1\0\1\0\0\0\1\0\4" + socket.inet_aton(address)

    def close(self) -> None:
        self._socket.close()


def _name(labels: bytes) -> str:
    parts = []
    while labels:
        length, labels = labels[0], labels[1:]
        parts.append(labels[:length].decode())
        labels = labels[length:]
    return ".".join(parts)
