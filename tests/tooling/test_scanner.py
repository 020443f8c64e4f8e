"""What readers send: cards as raw bits, QR codes as pictures in a mail."""

from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
import segno

from deploy.local.scanner import invitation_to, read_qr
from deploy.local.wiegand import h10301

TOKEN = "MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U"


def _picture(text: str) -> bytes:
    out = BytesIO()
    segno.make(text, error="m").save(out, kind="png", scale=6)
    return out.getvalue()


def _mail(*, to: str, picture: bytes) -> bytes:
    message = EmailMessage()
    message["To"], message["Subject"] = to, "Votre visite"
    message.set_content("Bienvenue")
    message.add_attachment(picture, maintype="image", subtype="png")
    message.add_attachment("BEGIN:VCALENDAR\nBEGIN:VEVENT", subtype="calendar")
    return message.as_bytes()


@pytest.mark.parametrize(
    ("facility", "number", "bits"),
    [
        (101, 2001, "00110010100000111110100010"),
        (0, 0, "00000000000000000000000001"),
        (255, 65535, "01111111111111111111111111"),
    ],
)
def test_h10301_frames_have_both_parities(facility: int, number: int, bits: str) -> None:
    frame = h10301(facility=facility, number=number)
    assert frame[:13].count("1") % 2 == 0
    assert frame[13:].count("1") % 2 == 1
    assert frame == bits


def test_the_code_is_read_from_its_picture() -> None:
    assert read_qr(_picture(TOKEN)) == TOKEN


def test_the_newest_mail_to_the_guest_is_opened(tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_bytes(_mail(to="guest@visitor.example", picture=_picture(TOKEN)))
    (tmp_path / "2.eml").write_bytes(_mail(to="other@visitor.example", picture=_picture("OTHER")))
    mail = invitation_to("guest@visitor.example", folder=tmp_path)
    assert mail is not None
    assert (mail.qr_text, mail.subject) == (TOKEN, "Votre visite")
    assert "BEGIN:VEVENT" in mail.calendar
    assert invitation_to("nobody@visitor.example", folder=tmp_path) is None
