"""A photo that somebody sends, made again from its pixels alone (ADR 013).

Names and announced types are not looked at. Whatever else the file carried (position, owner, comments, thumbnails, a
page or an archive glued behind) has no way into the result. JPEG, PNG and WebP; MAX_PHOTO_BYTES; at most 40 million
pixels, 12,000 on a side, told by the header before anything is decoded. Telephones make 48 to 200 million: a JPEG that
is decoded row by row, at a half to an eighth of its size, may have 200 million, 20,000 on a side. A panorama of 10,000
pixels is accepted and scaled like any other; of an animation, the first picture is taken; transparency becomes white.
"""

import struct
import zlib
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from threading import Lock
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _
from PIL import Image, ImageCms
from PIL.JpegImagePlugin import JpegImageFile

from places.photo_containers import JPEG, Container, DamagedError, find_format, is_heif, take_apart

FULL_PX = 1600
THUMBNAIL_PX = 480
MAX_PIXELS = 40_000_000
MAX_SIDE_PX = 12_000
# Of a JPEG that is decoded row by row.
MAX_SEQUENTIAL_PIXELS = 200_000_000
MAX_SEQUENTIAL_SIDE_PX = 20_000
# Profiles of cameras weigh some kilobytes, those of printers up to two megabytes.
MAX_PROFILE_BYTES = 4_000_000
QUALITY = 82
# What Pillow raises on a picture that is not quite one; its warnings too, where warnings are errors.
_BROKEN = (
    ArithmeticError, AttributeError, EOFError, Image.DecompressionBombError, LookupError, MemoryError, OSError,
    struct.error, SyntaxError, TypeError, ValueError, Warning, zlib.error,
)  # fmt: skip
# The largest picture takes 650 MB for a second or two (measured, WebP): a process decodes one at a time.
_DECODING = Lock()
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class PhotoRefusedError(Exception):
    """The photo cannot be taken. `sentence` says in French what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class CleanPhoto:
    """Two WebP files in sRGB without metadata; `width`, `height` (pixels) and `sha256` (hexadecimal) are those of `full`."""

    full: bytes
    thumbnail: bytes
    width: int
    height: int
    sha256: str


def reencode(upload: BinaryIO | bytes) -> CleanPhoto:
    """Raises PhotoRefusedError. At most MAX_PHOTO_BYTES and one are read of the upload."""
    container = _open(_read(upload))
    try:
        with _DECODING:
            image = _upright(_decode(container), container.orientation)
        thumbnail = image.copy()
        thumbnail.thumbnail((THUMBNAIL_PX, THUMBNAIL_PX), Image.Resampling.LANCZOS)
        full = _as_webp(image)
        return CleanPhoto(full, _as_webp(thumbnail), *image.size, sha256(full).hexdigest())
    except _BROKEN as error:
        raise PhotoRefusedError(_damaged()) from error


def _read(upload: BinaryIO | bytes) -> bytes:
    limit: int = settings.MAX_PHOTO_BYTES
    content = upload if isinstance(upload, bytes) else upload.read(limit + 1)
    if len(content) > limit:
        raise PhotoRefusedError(
            _("Cette photo pèse plus de %(limit)s Mo : réduisez-la, puis envoyez-la de nouveau.")
            % {"limit": limit // 1_000_000}
        )
    if not content:
        raise PhotoRefusedError(_("Ce fichier est vide : choisissez une photo."))
    return content


def _open(content: bytes) -> Container:
    """The container, its format and its size accepted."""
    if is_heif(content):
        raise PhotoRefusedError(
            _(
                "Cette photo est au format HEIC : réglez l'appareil photo du téléphone sur « le plus compatible », "
                "ou enregistrez-la en JPEG."
            )
        )
    if not find_format(content):
        raise PhotoRefusedError(
            _(
                "Ce fichier n'est pas une photo en JPEG, PNG ou WebP : enregistrez-la dans l'un de ces formats."
            )
        )
    try:
        container = take_apart(content)
    except DamagedError as error:
        raise PhotoRefusedError(_damaged()) from error
    if not (container.width and container.height):
        raise PhotoRefusedError(_damaged())
    _check_size(container)
    return container


def _check_size(container: Container) -> None:
    pixels, side = (
        (MAX_SEQUENTIAL_PIXELS, MAX_SEQUENTIAL_SIDE_PX)
        if container.is_sequential
        else (MAX_PIXELS, MAX_SIDE_PX)
    )
    width, height = container.width, container.height
    if width * height > pixels or max(width, height) > side:
        raise PhotoRefusedError(
            _(
                "Cette photo est trop grande (%(width)d × %(height)d pixels) : réduisez-la à %(side)d pixels de côté "
                "et %(millions)d millions de pixels au plus."
            )
            % {"width": width, "height": height, "side": side, "millions": pixels // 1_000_000}
        )


def _damaged() -> str:
    return _(
        "Cette photo est incomplète ou abîmée : ouvrez-la, enregistrez-la de nouveau en JPEG, puis envoyez-la."
    )


def _decode(container: Container) -> Image.Image:
    """A new RGB picture of at most FULL_PX, in sRGB. The transform of colours is paid on the small picture only."""
    with _opened(container) as source:
        if source.size != (container.width, container.height):
            raise ValueError("The decoder and the header disagree on the size.")
        profile = source.info.get("icc_profile")
        if container.format == JPEG:
            source.draft(None, _fitted(*source.size))
        image = _plain_mode(source)
        image.thumbnail((FULL_PX, FULL_PX), Image.Resampling.LANCZOS, reducing_gap=2.0)
        return _on_white(image, profile)


def _opened(container: Container) -> Image.Image:
    """Pillow's own bound on pixels lies below telephones' pictures; ours was applied to the header."""
    if container.format == JPEG:
        return JpegImageFile(BytesIO(container.bare))
    return Image.open(BytesIO(container.bare), formats=[container.format])


def _fitted(width: int, height: int) -> tuple[int, int]:
    """The size of the result. The decoder gives less than twice its sides, or an eighth of the picture."""
    longest = max(width, height, FULL_PX)
    return max(1, width * FULL_PX // longest), max(1, height * FULL_PX // longest)


def _plain_mode(source: Image.Image) -> Image.Image:
    """The decoded picture in a mode that can be scaled: L, RGB, RGBA or CMYK."""
    source.load()
    if source.mode != "RGBA" and source.has_transparency_data:
        return source.convert("RGBA")
    if source.mode.startswith("I"):
        # Sixteen bits of grey: the eight that weigh most.
        return source.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    return source if source.mode in ("L", "RGB", "RGBA", "CMYK") else source.convert("RGB")


def _on_white(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Pixels alone: what the picture carried beside them stays on the old object."""
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    colours = _in_srgb(image.convert("RGB") if alpha else image, profile)
    clean = Image.new("RGB", image.size, "white")
    clean.paste(colours, (0, 0), alpha)
    return clean


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as screens show them; a profile that cannot be used is as if it were not there."""
    if profile and len(profile) <= MAX_PROFILE_BYTES:
        try:
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(
                image, source, ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None
        if converted is not None:
            return converted
    return image.convert("RGB")


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    return image.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else image


def _as_webp(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "WEBP", quality=QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return out.getvalue()
