"""Photos of every sort, made by hand: honest ones, and those that somebody would send to do harm."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image

RED, GREEN, BLUE, YELLOW = (220, 20, 20), (20, 180, 20), (20, 20, 220), (230, 220, 20)
# What is planted in files, and searched for in what comes out.
SECRETS = (
    b"PLANTED",
    b"48.7727",
    b"Canon",
    b"<script",
    b"GPS",
    b"Exif",
    b"http://ns.adobe.com",
    b"PK\x03\x04",
)


def quarters(width: int = 400, height: int = 200) -> Image.Image:
    """Red and green above, blue and yellow below."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    image.paste(YELLOW, (width // 2, height // 2, width, height))
    return image


def encode(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **({"quality": 95} if kind == "JPEG" else {}) | options)
    return out.getvalue()


def segment(code: int, body: bytes) -> bytes:
    """A JPEG segment."""
    return bytes([0xFF, code]) + struct.pack(">H", len(body) + 2) + body


def after_start(jpeg: bytes, *segments: bytes) -> bytes:
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def chunk(name: bytes, body: bytes) -> bytes:
    """A PNG chunk."""
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def after_header(png: bytes, *chunks: bytes) -> bytes:
    """The PNG with chunks behind its IHDR, which ends at byte 33."""
    return png[:33] + b"".join(chunks) + png[33:]


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    """A WebP made of chunks."""
    body = b"WEBP"
    for name, content in chunks:
        body += struct.pack("<4sI", name, len(content)) + content + b"\x00" * (len(content) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def riff_chunks(webp: bytes) -> list[tuple[bytes, bytes]]:
    """The chunks of a WebP, read by hand; nothing may stand after the last one."""
    assert (webp[:4], webp[8:12]) == (b"RIFF", b"WEBP")
    assert struct.unpack_from("<I", webp, 4)[0] == len(webp) - 8
    found = []
    position = 12
    while position < len(webp):
        name, length = struct.unpack_from("<4sI", webp, position)
        found.append((name, webp[position + 8 : position + 8 + length]))
        position += 8 + length + length % 2
    return found


def exif(orientation: int = 1, order: str = "<") -> bytes:
    """A TIFF block: maker, orientation, and a directory of GPS with a latitude in words."""
    mark = b"II*\x00" if order == "<" else b"MM\x00*"
    maker, text = b"Canon PLANTED\x00", b"48.7727 PLANTED GPS\x00"
    gps_at = 8 + 2 + 3 * 12 + 4
    maker_at = gps_at + 2 + 12 + 4
    text_at = maker_at + len(maker)
    block = mark + struct.pack(f"{order}I", 8) + struct.pack(f"{order}H", 3)
    block += struct.pack(f"{order}HHII", 0x010F, 2, len(maker), maker_at)
    block += struct.pack(f"{order}HHIHH", 0x0112, 3, 1, orientation, 0)
    block += struct.pack(f"{order}HHII", 0x8825, 4, 1, gps_at) + struct.pack(f"{order}I", 0)
    block += struct.pack(f"{order}H", 1) + struct.pack(f"{order}HHII", 0x001B, 2, len(text), text_at)
    return block + struct.pack(f"{order}I", 0) + maker + text


def exif_bomb(entries: int = 5_000) -> bytes:
    """Each of thousands of tags claims the whole block, sub-directories lead back to the first one, and so does the next."""
    block = b"II*\x00" + struct.pack("<IH", 8, entries)
    for rank in range(entries):
        tag, kind = (0x8769, 4) if rank % 50 == 0 else (0x9000 + rank, 7)
        block += struct.pack("<HHII", tag, kind, 60_000 if kind == 7 else 1, 8)
    return block + struct.pack("<I", 8)


def png_header(width: int, height: int) -> bytes:
    """A PNG that announces a size and holds next to nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\x00" * 100)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def jpeg_header(width: int, height: int, *, progressive: bool = False) -> bytes:
    """A true small JPEG whose frame announces another size."""
    return announce(encode(quarters(16, 16), progressive=progressive), width, height)


def progressive_header(width: int, height: int) -> bytes:
    return jpeg_header(width, height, progressive=True)


def announce(jpeg: bytes, width: int, height: int) -> bytes:
    """The same file with another size in its only frame, baseline or progressive."""
    frame = max(jpeg.find(b"\xff\xc0"), jpeg.find(b"\xff\xc2"))
    return jpeg[: frame + 5] + struct.pack(">HH", height, width) + jpeg[frame + 9 :]


def plain_jpeg(width: int, height: int) -> bytes:
    """A whole grey JPEG of that size, written without ever holding its pixels: every block says « as the one before »."""
    start = announce(encode(Image.new("RGB", (8, 8), (128, 128, 128)), subsampling=0), width, height)
    scan = start.index(b"\xff\xda")
    (length,) = struct.unpack_from(">H", start, scan + 2)
    # Huffman's codes of the standard's tables: no difference, end of block; for light, then for two colours.
    block = "00" + "1010" + 2 * ("00" + "00")
    four = int(4 * block, 2).to_bytes(len(block) // 2, "big")
    blocks = -(-width // 8) * -(-height // 8)
    return start[: scan + 2 + length] + four * -(-blocks // 4) + b"\xff\xd9"


def several_scans(width: int, height: int) -> bytes:
    """A baseline JPEG whose first scan tells one of three components: decoders keep the whole picture for it."""
    start = jpeg_header(width, height)
    scan = start.index(b"\xff\xda")
    (length,) = struct.unpack_from(">H", start, scan + 2)
    first = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00")
    return start[:scan] + first + start[scan + 2 + length :]


def webp_header(width: int, height: int) -> bytes:
    """A true small WebP inside a canvas that announces another size."""
    ((_name, picture),) = riff_chunks(encode(quarters(16, 16), "WEBP"))
    canvas = bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return riff((b"VP8X", canvas), (b"VP8 ", picture))


def scan_bomb(scans: int = 5_000) -> bytes:
    """A progressive JPEG whose last scan is repeated: small to send, long to decode."""
    jpeg = encode(quarters(64, 64), progressive=True)
    last = jpeg.rindex(b"\xff\xda")
    return jpeg[:last] + jpeg[last:-2] * scans + jpeg[-2:]
