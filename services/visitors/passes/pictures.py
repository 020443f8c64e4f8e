"""The pass as a picture: a QR code (ISO/IEC 18004) with the token and nothing else in it."""

from __future__ import annotations

from io import BytesIO

import segno

BORDER = 4
"""Modules of quiet zone; the standard wants four."""
MASK = 3
"""Of the eight masks (7.8). To try each takes four fifths of the time and wins little: a token is
noise under all of them, and this one is on average within 3 % of the best one's score.
"""


def as_png(token: str, *, scale: int = 8) -> bytes:
    """A PNG, `scale` pixels a module."""
    picture = BytesIO()
    _code(token).save(picture, kind="png", scale=scale, border=BORDER)
    return picture.getvalue()


def as_svg(token: str) -> bytes:
    """An SVG that prints at any size."""
    picture = BytesIO()
    _code(token).save(picture, kind="svg", scale=8, border=BORDER, light="#fff", xmldecl=True)
    return picture.getvalue()


def _code(token: str) -> segno.QRCode:
    """Error level M: read also from a creased sheet."""
    return segno.make_qr(token, error="m", boost_error=False, mask=MASK)
