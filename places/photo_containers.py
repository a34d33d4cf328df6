"""JPEG, PNG and WebP files taken apart before any decoder sees them.

What decides of the pixels and of their colours is kept; all the rest (EXIF with its directories, GPS, XMP, comments,
texts, thumbnails, further pictures, anything after the end) is left behind, and the only thing read from it is the
orientation. Sizes are known from the headers, so that a bomb is refused for the price of some bytes.
"""

import re
import struct
from dataclasses import dataclass

JPEG, PNG, WEBP = "JPEG", "PNG", "WEBP"
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# A marker of JPEG is FF and a code; within a scan FF 00 is data and FF D0 to FF D7 are its own milestones.
_JPEG_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])")
_SOI, _EOI, _SOS, _APP1 = 0xD8, 0xD9, 0xDA, 0xE1
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Baseline and extended, with Huffman's codes: the frames that one scan can tell row by row.
_SEQUENTIAL = frozenset({0xC0, 0xC1})
# Tables, scans and restart intervals; then what says how colours are written.
_JPEG_KEPT = _FRAMES | {0xC4, 0xCC, _SOS, 0xDB, 0xDD}
_JPEG_COLOURS = {0xE0: b"JFIF\x00", 0xE2: b"ICC_PROFILE\x00", 0xEE: b"Adobe"}
_PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"tRNS", b"iCCP", b"IDAT", b"IEND"})
_WEBP_KEPT = frozenset({b"ICCP", b"ANIM", b"ANMF", b"ALPH", b"VP8 ", b"VP8L"})
# Flags of a WebP that has an EXIF block and an XMP block.
_WEBP_METADATA = 0x08 | 0x04
# Honest files have some dozens of segments, a scan per refinement, an IDAT for each few thousand bytes.
MAX_SEGMENTS = 2_000
MAX_SCANS = 40
MAX_CHUNKS = 10_000
MAX_ENTRIES = 512
_ORIENTATION = 0x0112


class DamagedError(Exception):
    """The file ends too early, or contradicts its own format."""


@dataclass(frozen=True, slots=True)
class Container:
    """`width` and `height` in pixels as stored, `orientation` 1 to 8 (EXIF 2.3, tag 274) still to apply.

    `is_sequential`: a JPEG whose rows are decoded one after the other. Any other JPEG holds the coefficients of the whole
    picture before its first row is known, six bytes a pixel.
    """

    format: str
    width: int
    height: int
    orientation: int
    bare: bytes
    is_sequential: bool = False


def find_format(content: bytes) -> str:
    """JPEG, PNG or WEBP from the first bytes; an empty text for anything else."""
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(_PNG_SIGNATURE):
        return PNG
    return WEBP if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else ""


def is_heif(content: bytes) -> bool:
    """HEIC and its relatives, as telephones write them."""
    return content[4:8] == b"ftyp" and content[8:12] in (b"heic", b"heix", b"heim", b"hevc", b"mif1", b"msf1")


def take_apart(content: bytes) -> Container:
    """Raises DamagedError; the caller knows that `find_format` recognises the content."""
    try:
        return {JPEG: _jpeg, PNG: _png, WEBP: _webp}[find_format(content)](content)
    except (struct.error, IndexError) as error:
        raise DamagedError from error


def read_orientation(exif: bytes) -> int:
    """The orientation that an EXIF block gives; 1 when it gives none.

    Entries of the first directory only, never what they point to: neither loops nor sizes of a hostile block count.
    """
    tiff = exif.removeprefix(b"Exif\x00\x00")
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(tiff[:4])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, start)
        for rank in range(min(count, MAX_ENTRIES)):
            tag, _kind, _count, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * rank)
            if tag == _ORIENTATION:
                return int(value) if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


# --- JPEG -----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _JpegParts:
    """What the walk through a JPEG has found so far."""

    kept: list[bytes]
    size: tuple[int, int] | None = None
    orientation: int = 1
    scans: int = 0
    # Of a sequential frame, 0 for any other; and of the first scan.
    frame_components: int = 0
    scan_components: int = 0

    def take(self, code: int, segment: bytes) -> None:
        """One segment, its marker included."""
        body = segment[4:]
        if code == _APP1 and body.startswith(b"Exif") and self.orientation == 1:
            self.orientation = read_orientation(body)
        if code in _FRAMES:
            if self.size is not None:
                raise DamagedError
            height, width = struct.unpack_from(">HH", body, 1)
            self.size = (width, height)
            self.frame_components = body[5] if code in _SEQUENTIAL else 0
        if code == _SOS and not self.scans:
            self.scan_components = body[0]
        self.scans += code == _SOS
        if self.scans > MAX_SCANS:
            raise DamagedError
        if code in _JPEG_KEPT or (code in _JPEG_COLOURS and body.startswith(_JPEG_COLOURS[code])):
            self.kept.append(segment)


def _jpeg(content: bytes) -> Container:
    """Up to the end of the first picture. Between the markers of a scan lies its data."""
    parts = _JpegParts([content[:2]])
    position = 2
    for _rank in range(MAX_SEGMENTS):
        marker = _JPEG_MARKER.search(content, position)
        if marker is None or marker[1][0] in (_SOI, 0x01):
            raise DamagedError
        if parts.scans:
            parts.kept.append(content[position : marker.start()])
        if marker[1][0] == _EOI:
            return _finish_jpeg(parts)
        (length,) = struct.unpack_from(">H", content, marker.end())
        position = marker.end() + max(2, length)
        parts.take(marker[1][0], content[marker.start() : position])
    raise DamagedError


def _finish_jpeg(parts: _JpegParts) -> Container:
    if parts.size is None or not parts.scans:
        raise DamagedError
    is_sequential = parts.scans == 1 and 0 < parts.frame_components == parts.scan_components
    bare = b"".join([*parts.kept, b"\xff\xd9"])
    return Container(JPEG, *parts.size, parts.orientation, bare, is_sequential)


# --- PNG ------------------------------------------------------------------------------------------------------------


def _png(content: bytes) -> Container:
    """Up to its end; of an animation, the picture that readers without animation show."""
    kept = [_PNG_SIGNATURE]
    orientation, position = 1, len(_PNG_SIGNATURE)
    if content[12:16] != b"IHDR":
        raise DamagedError
    width, height = struct.unpack_from(">II", content, 16)
    for _rank in range(MAX_CHUNKS):
        length, name = struct.unpack_from(">I4s", content, position)
        end = position + 12 + length
        if end > len(content):
            raise DamagedError
        if name == b"eXIf":
            orientation = read_orientation(content[position + 8 : end - 4])
        if name in _PNG_KEPT:
            kept.append(content[position:end])
        if name == b"IEND":
            return Container(PNG, width, height, orientation, b"".join(kept))
        position = end
    raise DamagedError


# --- WebP -----------------------------------------------------------------------------------------------------------


def _webp(content: bytes) -> Container:
    """One picture, the first of an animation."""
    (announced,) = struct.unpack_from("<I", content, 4)
    if announced + 8 > len(content):
        raise DamagedError
    width, height = _webp_size(content)
    kept: list[bytes] = []
    orientation, has_frame = 1, False
    for name, chunk in _webp_chunks(content[: announced + 8]):
        if name == b"EXIF":
            orientation = read_orientation(chunk[8:])
        elif name == b"VP8X":
            kept.append(chunk[:8] + bytes([chunk[8] & ~_WEBP_METADATA]) + chunk[9:])
        elif name in _WEBP_KEPT and not (has_frame and name == b"ANMF"):
            kept.append(chunk)
            has_frame = has_frame or name == b"ANMF"
    body = b"WEBP" + b"".join(kept)
    return Container(WEBP, width, height, orientation, b"RIFF" + struct.pack("<I", len(body)) + body)


def _webp_chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    """(name, chunk with its header and its padding); the next chunk begins at an even place."""
    chunks: list[tuple[bytes, bytes]] = []
    position = 12
    while position < len(content):
        name, length = struct.unpack_from("<4sI", content, position)
        end = position + 8 + length
        if end > len(content) or len(chunks) >= MAX_CHUNKS:
            raise DamagedError
        chunks.append((name, content[position:end] + b"\x00" * (length % 2)))
        position = end + length % 2
    return chunks


def _webp_size(content: bytes) -> tuple[int, int]:
    """(width, height) of the canvas, else of the only picture, lossy or lossless."""
    name, head = content[12:16], content[20:30]
    if name == b"VP8X":
        return int.from_bytes(head[4:7], "little") + 1, int.from_bytes(head[7:10], "little") + 1
    if name == b"VP8L" and head[:1] == b"\x2f":
        bits = int.from_bytes(head[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if name == b"VP8 " and head[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", head, 6)
        return width & 0x3FFF, height & 0x3FFF
    raise DamagedError
