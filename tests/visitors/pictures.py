"""PNG pictures (ISO/IEC 15948) as ruly or unruly as a test wants them."""

import base64
import struct
import zlib


def a_chunk(kind: bytes, data: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + checksum


def a_png(
    width: int = 40, height: int = 20, *, pixels: bytes | None = None, beside: bytes = b""
) -> bytes:
    """A red rectangle."""
    rows = b"".join(b"\0" + b"\xff\0\0" * width for _ in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(rows) if pixels is None else pixels
    chunks = a_chunk(b"IHDR", header) + beside + a_chunk(b"IDAT", packed) + a_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def in_base64(picture: bytes) -> str:
    return base64.b64encode(picture).decode()
