"""A mail server on a real port, as ruly or unruly as a test wants it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.mail import Mailer, SmtpMailer

GREETING = b"220"


class Server:
    """Speaks as much SMTP (RFC 5321) as a client needs."""

    def __init__(self) -> None:
        self.url = ""
        self.answer: str | bytes = "250 2.0.0 taken"
        """What is said to the end of a message; empty: the connection is dropped without a word."""
        self.taken: list[bytes] = []
        self.may_answer = asyncio.Event()
        """Not set: the end of a message to `slow@` waits for its answer."""
        self.hesitates_from: int | None = None
        """From so many messages on all of them wait likewise."""
        self.refused_word: bytes | None = None
        """`GREETING`, or a command that is answered with 554."""
        self.cuts_afterwards = False
        """Drops the connection once a message was answered."""

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        is_refused = self.refused_word == GREETING
        writer.write(b"554 not today\r\n" if is_refused else b"220 park.example\r\n")
        while line := await reader.readline():
            word = line[:4].upper()
            if word == b"DATA":
                writer.write(b"354 go on\r\n")
                self.taken.append(message := await reader.readuntil(b"\r\n.\r\n"))
                if b"slow@" in message or self.hesitates():
                    await self.may_answer.wait()
                if not self.answer:
                    break
                answer = self.answer
                writer.write((answer if isinstance(answer, bytes) else answer.encode()) + b"\r\n")
                if self.cuts_afterwards:
                    break
            elif word == self.refused_word:
                writer.write(b"554 5.7.1 not today\r\n")
            elif word == b"RCPT" and b"nobody@" in line:
                writer.write(b"550 5.1.1 nobody of that name\r\n")
            elif word == b"QUIT":
                writer.write(b"221 bye\r\n")
                break
            else:
                writer.write(b"250 park.example\r\n")
        writer.close()

    def hesitates(self) -> bool:
        return self.hesitates_from is not None and len(self.taken) >= self.hesitates_from


@asynccontextmanager
async def a_server() -> AsyncIterator[tuple[Server, Mailer]]:
    """The server, and the mailer that speaks to it."""
    server = Server()
    listening = await asyncio.start_server(server.talk, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    server.url = f"smtp://127.0.0.1:{port}"
    try:
        yield server, SmtpMailer(server.url, timeout=5)
    finally:
        server.may_answer.set()
        listening.close()
