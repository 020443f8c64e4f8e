"""What a reader at the door sees of a mail: the QR picture in it, read as a picture."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from io import BytesIO
from pathlib import Path

import zxingcpp
from PIL import Image

RECENT = 500
"""Mails that are looked at, the newest first."""


@dataclass(frozen=True)
class Invitation:
    """What a guest gets: the pass as a picture, and the appointment as a calendar file."""

    subject: str
    qr_text: str
    calendar: str


def read_qr(picture: bytes) -> str | None:
    """The text of the one QR code in a PNG; None where there is none."""
    found = zxingcpp.read_barcodes(Image.open(BytesIO(picture)))
    return found[0].text if found else None


def mails_to(address: str, *, folder: Path) -> Iterator[EmailMessage]:
    """The mails to that address, newest first."""
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    for file in files[:RECENT]:
        content = file.read_bytes()
        if address.encode() not in content:  # parsing is slow, and the folder grows
            continue
        message = message_from_bytes(content, policy=default)
        if address.lower() in str(message["To"]).lower():
            yield message


def invitation_to(address: str, *, folder: Path) -> Invitation | None:
    """The newest mail to that address that carries both a readable QR code and an appointment."""
    for message in mails_to(address, folder=folder):
        qr_text, calendar = None, None
        for part in message.walk():
            kind = part.get_content_type()
            if kind in {"image/png", "text/calendar"}:
                content = part.get_payload(decode=True)
                assert isinstance(content, bytes)
                if kind == "image/png":
                    qr_text = qr_text or read_qr(content)
                else:
                    calendar = content.decode()
        if qr_text and calendar:
            return Invitation(subject=str(message["Subject"]), qr_text=qr_text, calendar=calendar)
    return None
