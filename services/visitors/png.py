"""PNG pictures that others send (ISO/IEC 15948): proven to be such, and no larger than they say.

One rule: what of a picture does not show is not kept: no text, no place, no colour profile that
whoever opens it would unpack.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_NEEDED = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_WHOLE = ((0, 0, 1, 1),)
_ADAM7 = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
"""First column, first row, and the steps from one to the next, of each pass."""
_READ_AT_ONCE = 64 * 1024


class NotPng(ValueError):
    """It is no PNG picture, or a larger one than is taken."""


def read_png(picture: bytes, *, widest: int) -> bytes:
    """The picture, `widest` pixels each way at most, as it is kept. Raises `NotPng`."""
    chunks = list(_chunks(picture))
    if not chunks or chunks[0][:4] != b"IHDR" or chunks[-1] != b"IEND" or len(chunks[0]) != 17:
        raise NotPng
    width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[0][4:])
    if not (0 < width <= widest and 0 < height <= widest) or colour not in _CHANNELS:
        raise NotPng
    passes = _ADAM7 if interlaced else _WHOLE
    size = _unpacked_size(width, height, bits=depth * _CHANNELS[colour], passes=passes)
    if not _unpacks_to(size, b"".join(each[4:] for each in chunks if each[:4] == b"IDAT")):
        raise NotPng
    kept = (_whole(chunk) for chunk in chunks if chunk[:4] in _NEEDED)
    return SIGNATURE + b"".join(kept)


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height, in pixels, of a picture that was read."""
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def _unpacked_size(
    width: int, height: int, *, bits: int, passes: tuple[tuple[int, int, int, int], ...]
) -> int:
    """Bytes of all rows, each with the byte of its filter."""
    size = 0
    for column, row, right, down in passes:
        columns, rows = -(-(width - column) // right), -(-(height - row) // down)
        if columns > 0 and rows > 0:
            size += rows * (1 + -(-columns * bits // 8))
    return size


def _unpacks_to(size: int, packed: bytes) -> bool:
    """Whether it does; what would be more is not unpacked to the end."""
    unpacking = zlib.decompressobj()
    found = 0
    try:
        while found <= size and not unpacking.eof:
            part = unpacking.decompress(packed, _READ_AT_ONCE)
            packed, found = unpacking.unconsumed_tail, found + len(part)
            if not part and not packed and not unpacking.eof:
                return False
    except zlib.error:
        return False
    return found == size


def _chunks(picture: bytes) -> Iterator[bytes]:
    """Type and data of each chunk."""
    if not picture.startswith(SIGNATURE):
        raise NotPng
    at = len(SIGNATURE)
    while at < len(picture):
        length = int.from_bytes(picture[at : at + 4], "big")
        chunk, end = picture[at + 4 : at + 8 + length], at + 12 + length
        if _whole(chunk) != picture[at:end]:
            raise NotPng
        yield chunk
        at = end


def _whole(chunk: bytes) -> bytes:
    """The chunk with its length and its checksum."""
    length, checksum = len(chunk) - 4, zlib.crc32(chunk)
    return max(length, 0).to_bytes(4, "big") + chunk + checksum.to_bytes(4, "big")
