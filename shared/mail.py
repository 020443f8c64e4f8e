"""Mail: handed to an SMTP server, or written as files where there is none.

One rule: `send` returns only after the message was accepted, and says of a failure whether trying
again can help. After `MailDeferred` the message may still have been taken (the answer was lost):
repeat it unchanged, with the same Message-ID.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib

PERMANENT = range(500, 600)
"""Reply codes (RFC 5321, 4.2.1) after which the same message will never be taken."""


class MailDeferred(Exception):
    """Not accepted now, or nobody knows; try again later."""


class MailRefused(Exception):
    """This message will never be accepted."""


class Mailer(Protocol):
    """Where mails go."""

    async def send(self, message: EmailMessage) -> str:
        """What the other side said when it accepted. Raises `MailDeferred` or `MailRefused`."""
        ...


class SmtpMailer:
    """An SMTP server: `smtp://` (TLS where it is offered), `smtps://` (TLS from the first byte)."""

    def __init__(self, url: str, *, timeout: float = 20.0) -> None:
        """`url` may carry user and password, percent-encoded; `timeout` in seconds a command."""
        parts = urlsplit(url)
        self._is_tls = parts.scheme == "smtps"
        self._host = parts.hostname or "localhost"
        self._port = parts.port or (465 if self._is_tls else 25)
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._timeout = timeout

    async def greet(self) -> None:
        """Returns where the server answers and lets us in. Raises `MailDeferred`."""
        try:
            async with self._client():
                pass
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as away:
            raise MailDeferred(_sentence(f"{type(away).__name__} {away}")) from away

    def _client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._user,
            password=self._password,
            use_tls=self._is_tls,
            timeout=self._timeout,
        )

    async def send(self, message: EmailMessage) -> str:
        """One connection a message: the desk's hundreds an hour need no more."""
        client = self._client()
        try:
            async with client:
                try:
                    _, reply = await client.send_message(message)
                except asyncio.CancelledError:
                    client.close()  # else leaving says QUIT, and waits for a server that is stuck
                    raise
        except aiosmtplib.SMTPAuthenticationError as refused:
            raise MailDeferred(f"the mail server does not let us in: {refused.code}") from refused
        except aiosmtplib.SMTPRecipientsRefused as refused:
            raise _judged(refused.recipients[0].code, "recipient refused") from refused
        except aiosmtplib.SMTPDataError as refused:
            raise _judged(refused.code, refused.message) from refused
        except aiosmtplib.SMTPResponseException as unready:
            # Greeting, EHLO, STARTTLS, MAIL FROM: about the server or us, not about this message.
            raise MailDeferred(_sentence(f"{unready.code} {unready.message}")) from unready
        except (MessageError, ValueError) as broken:
            raise MailRefused(f"cannot be written: {type(broken).__name__}") from broken
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as away:
            raise MailDeferred(type(away).__name__) from away
        return _sentence(reply)


class FolderMailer:
    """A folder of `.eml` files named by Message-ID: a message written twice is still one.

    A mail may hold a pass, so only the folder's owner reads the files.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: EmailMessage) -> str:
        """The file appears whole or not at all."""
        try:
            text = message.as_bytes(policy=SMTP)
        except (MessageError, ValueError) as broken:
            raise MailRefused(f"cannot be written: {type(broken).__name__}") from broken
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        try:
            return await asyncio.to_thread(self._write, f"{name}.eml", text)
        except OSError as away:
            raise MailDeferred(type(away).__name__) from away

    def _write(self, name: str, text: bytes) -> str:
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / f".{secrets.token_hex(8)}"
        with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._folder / name)
        return f"written as {name}"


def _judged(code: int, reason: str) -> MailDeferred | MailRefused:
    sentence = _sentence(f"{code} {reason}")
    return MailRefused(sentence) if code in PERMANENT else MailDeferred(sentence)


def _sentence(reply: str) -> str:
    """What a server said, as text that can be kept: it may send any bytes."""
    return reply.encode("utf-8", "replace").decode().replace("\x00", "?")[:200]


def mailer(smtp_url: str | None, *, folder: Path) -> Mailer:
    """The SMTP server where one is set, else the folder."""
    return SmtpMailer(smtp_url) if smtp_url else FolderMailer(folder)
