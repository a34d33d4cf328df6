"""Photos made again from their pixels. Answers are read by GDAL and by hand, not by what wrote them."""

import io
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib
from hashlib import sha256
from typing import Any

import pytest
from django.contrib.gis.gdal import GDALRaster
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms

from places.photo_containers import read_orientation
from places.photos import CleanPhoto, PhotoRefusedError, reencode
from tests.places import photo_files as make
from tests.places.photo_files import BLUE, GREEN, RED, YELLOW

DAMAGED = (
    "Cette photo est incomplète ou abîmée : ouvrez-la, enregistrez-la de nouveau en JPEG, puis envoyez-la."
)
NO_PHOTO = "Ce fichier n'est pas une photo en JPEG, PNG ou WebP : enregistrez-la dans l'un de ces formats."


def refusal(content: Any) -> str:
    """The sentence, with the plain spaces of its msgid."""
    with pytest.raises(PhotoRefusedError) as caught:
        reencode(content)
    assert caught.value.sentence == str(caught.value)
    return caught.value.sentence.replace("\u00a0", " ").replace("\u202f", " ")


def pixels(webp: bytes) -> tuple[tuple[int, int], list[tuple[int, ...]]]:
    """(width, height), and the middles of the four quarters in reading order, read by GDAL."""
    with tempfile.NamedTemporaryFile(suffix=".webp") as file:
        file.write(webp)
        file.flush()
        raster = GDALRaster(file.name)
        width, height = raster.width, raster.height
        spots = [(x * width // 4, y * height // 4) for y in (1, 3) for x in (1, 3)]
        return (width, height), [
            tuple(bytes(band.data(offset=spot, size=(1, 1), as_memoryview=True))[0] for band in raster.bands)
            for spot in spots
        ]


def is_near(found: tuple[int, ...], wanted: tuple[int, ...], by: int = 12) -> bool:
    return len(found) == len(wanted) and all(abs(a - b) <= by for a, b in zip(found, wanted, strict=True))


def check(photo: CleanPhoto, size: tuple[int, int], *colours: tuple[int, ...]) -> None:
    """Sizes, colours of the quarters in both files, and nothing in them but pixels."""
    assert (photo.width, photo.height) == size
    assert photo.sha256 == sha256(photo.full).hexdigest()
    for webp in (photo.full, photo.thumbnail):
        assert [name for name, _content in make.riff_chunks(webp)] == [b"VP8 "]
        assert [secret for secret in make.SECRETS if secret in webp] == []
        found = pixels(webp)[1]
        assert all(map(is_near, found, colours)), (found, colours)
    assert pixels(photo.full)[0] == size


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("PNG", {}),
        ("WEBP", {"quality": 95}),
        ("WEBP", {"lossless": True}),
    ],
)
def test_each_format_is_taken(kind: str, options: dict[str, Any]) -> None:
    photo = reencode(io.BytesIO(make.encode(make.quarters(), kind, **options)))
    check(photo, (400, 200), RED, GREEN, BLUE, YELLOW)


@pytest.mark.parametrize(
    ("sent", "full", "thumbnail"),
    [
        ((3200, 1600), (1600, 800), (480, 240)),
        ((1000, 2000), (800, 1600), (240, 480)),
        ((1600, 1200), (1600, 1200), (480, 360)),
        ((1601, 1201), (1600, 1200), (480, 360)),
        ((480, 300), (480, 300), (480, 300)),
        ((10_000, 2_000), (1600, 320), (480, 96)),
        ((12_000, 60), (1600, 8), (480, 2)),
    ],
)
def test_sizes_are_bounded_and_never_enlarged(
    sent: tuple[int, int], full: tuple[int, int], thumbnail: tuple[int, int]
) -> None:
    photo = reencode(make.encode(make.quarters(*sent)))
    assert (pixels(photo.full)[0], pixels(photo.thumbnail)[0]) == (full, thumbnail)


def test_one_pixel_is_a_photo() -> None:
    photo = reencode(make.encode(Image.new("RGB", (1, 1), RED), "PNG"))
    assert (photo.width, photo.height) == (1, 1)


# --- orientation ----------------------------------------------------------------------------------------------------

# What each orientation of EXIF 2.3 says of the stored rows and columns, written from the standard's table.
UPRIGHT = {
    1: ((400, 200), RED, GREEN, BLUE, YELLOW),
    2: ((400, 200), GREEN, RED, YELLOW, BLUE),
    3: ((400, 200), YELLOW, BLUE, GREEN, RED),
    4: ((400, 200), BLUE, YELLOW, RED, GREEN),
    5: ((200, 400), RED, BLUE, GREEN, YELLOW),
    6: ((200, 400), BLUE, RED, YELLOW, GREEN),
    7: ((200, 400), YELLOW, GREEN, BLUE, RED),
    8: ((200, 400), GREEN, YELLOW, RED, BLUE),
}


@pytest.mark.parametrize("orientation", sorted(UPRIGHT))
@pytest.mark.parametrize("order", ["<", ">"])
def test_the_orientation_is_applied_then_dropped(orientation: int, order: str) -> None:
    block = b"Exif\x00\x00" + make.exif(orientation, order)
    jpeg = make.after_start(make.encode(make.quarters()), make.segment(0xE1, block))
    size, *colours = UPRIGHT[orientation]
    check(reencode(jpeg), size, *colours)


def test_the_orientation_of_png_and_webp_is_applied() -> None:
    png = make.after_header(make.encode(make.quarters(), "PNG"), make.chunk(b"eXIf", make.exif(6)))
    size, *colours = UPRIGHT[6]
    check(reencode(png), size, *colours)
    webp = make.encode(make.quarters(), "WEBP", quality=95, exif=make.exif(6))
    assert [name for name, _ in make.riff_chunks(webp)] == [b"VP8X", b"VP8 ", b"EXIF"]
    check(reencode(webp), size, *colours)


@given(st.binary(max_size=200))
def test_any_exif_block_has_an_orientation(block: bytes) -> None:
    assert all(
        1 <= read_orientation(head + block) <= 8 for head in (b"", b"II*\x00\x08\x00\x00\x00", b"MM\x00*")
    )


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_out_of_range_says_nothing(orientation: int) -> None:
    assert read_orientation(make.exif(orientation)) == 1


# --- what must not survive ------------------------------------------------------------------------------------------


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("META-INF/MANIFEST.MF", "PLANTED")
    return out.getvalue()


PAGE = b"<html><script>alert('PLANTED')</script>"
PLANTED_JPEG = {
    "exif": make.segment(0xE1, b"Exif\x00\x00" + make.exif()),
    "xmp": make.segment(0xE1, b"http://ns.adobe.com/xap/1.0/\x00<x>PLANTED</x>"),
    "iptc": make.segment(0xED, b"Photoshop 3.0\x008BIM PLANTED"),
    "comment": make.segment(0xFE, PAGE),
    "script in a comment": make.segment(0xFE, b"*/=alert('PLANTED');/*"),
    "unknown": make.segment(0xE9, b"PLANTED"),
    "jfif thumbnail": make.segment(0xE0, b"JFXX\x00\x10PLANTED"),
}


@pytest.mark.parametrize("what", sorted(PLANTED_JPEG))
def test_what_a_jpeg_carries_beside_its_pixels_is_gone(what: str) -> None:
    jpeg = make.after_start(make.encode(make.quarters()), PLANTED_JPEG[what])
    assert b"PLANTED" in jpeg
    check(reencode(jpeg), (400, 200), RED, GREEN, BLUE, YELLOW)


@pytest.mark.parametrize("tail", [PAGE, archive(), b"GIF89a PLANTED", b"\xff\xda PLANTED" * 900])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_is_glued_behind_is_gone(kind: str, tail: bytes) -> None:
    check(reencode(make.encode(make.quarters(), kind) + tail), (400, 200), RED, GREEN, BLUE, YELLOW)


def test_texts_of_a_png_are_gone() -> None:
    texts = (
        make.chunk(b"tEXt", b"Author\x00PLANTED"),
        make.chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(b"PLANTED")),
        make.chunk(b"iTXt", b"XML:com.adobe.xmp\x00\x00\x00\x00\x00PLANTED"),
        make.chunk(b"eXIf", make.exif()),
    )
    check(
        reencode(make.after_header(make.encode(make.quarters(), "PNG"), *texts)),
        (400, 200), RED, GREEN, BLUE, YELLOW,
    )  # fmt: skip


def test_texts_of_a_webp_are_gone() -> None:
    webp = make.encode(make.quarters(), "WEBP", quality=95, exif=make.exif(), xmp=b"<x>PLANTED</x>")
    chunks = make.riff_chunks(webp)
    assert b"XMP " in [name for name, _ in chunks]
    check(reencode(make.riff(*chunks, (b"JUNK", b"PLANTED"))), (400, 200), RED, GREEN, BLUE, YELLOW)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_an_animation_becomes_its_first_picture(kind: str) -> None:
    others = [Image.new("RGB", (400, 200), colour) for colour in ("black", "white")]
    options: dict[str, Any] = {"save_all": True, "append_images": others, "duration": 100}
    check(reencode(make.encode(make.quarters(), kind, **options)), (400, 200), RED, GREEN, BLUE, YELLOW)


def test_a_second_picture_in_a_jpeg_is_gone() -> None:
    """Telephones glue depth maps and films behind the first picture (MPO)."""
    pair = make.encode(make.quarters(), "MPO", save_all=True, append_images=[Image.new("RGB", (400, 200))])
    assert pair.count(b"MPF\x00") >= 1
    check(reencode(pair), (400, 200), RED, GREEN, BLUE, YELLOW)


# --- colours --------------------------------------------------------------------------------------------------------


def test_four_inks_become_screen_colours() -> None:
    check(reencode(make.encode(make.quarters().convert("CMYK"))), (400, 200), RED, GREEN, BLUE, YELLOW)


def test_a_profile_is_applied_then_dropped() -> None:
    """The profile exchanges red and blue: its picture is converted, not merely stripped."""
    jpeg = make.encode(make.quarters(), icc_profile=swapped_profile())
    photo = reencode(jpeg)
    size, found = pixels(photo.full)
    assert size == (400, 200)
    red, _green, blue, _yellow = found
    assert (red[2] > 150 > red[0], blue[0] > 150 > blue[2]) == (True, True)
    assert [name for name, _content in make.riff_chunks(photo.full)] == [b"VP8 "]


def swapped_profile() -> bytes:
    """The sRGB profile, its red and blue primaries exchanged in its table of tags."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")


@pytest.mark.parametrize("profile", [b"PLANTED, no profile", b"\x00" * 4000, b""])
def test_a_profile_that_cannot_be_used_counts_for_nothing(profile: bytes) -> None:
    png = make.encode(make.quarters(), "PNG", icc_profile=profile)
    check(reencode(png), (400, 200), RED, GREEN, BLUE, YELLOW)


def test_a_profile_of_other_colours_counts_for_nothing() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    grey = make.encode(Image.new("L", (40, 40), 130), icc_profile=profile)
    check(reencode(grey), (40, 40), *[(130, 130, 130)] * 4)


def test_transparency_becomes_white() -> None:
    image = make.quarters().convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 200, 100))
    for kind in ("PNG", "WEBP"):
        check(reencode(make.encode(image, kind)), (400, 200), (255, 255, 255), GREEN, BLUE, YELLOW)


def test_a_palette_with_transparency_becomes_white() -> None:
    image = make.quarters().quantize(8)
    png = make.encode(image, "PNG", transparency=image.getpixel((10, 10)))
    check(reencode(png), (400, 200), (255, 255, 255), GREEN, BLUE, YELLOW)


@pytest.mark.parametrize(
    ("image", "grey"),
    [
        (Image.new("L", (40, 40), 130), 130),
        (Image.new("I;16", (40, 40), 130 * 256 + 99), 130),
        (Image.new("1", (40, 40), 1), 255),
        (Image.new("LA", (40, 40), (130, 255)), 130),
    ],
    ids=["8 bits", "16 bits", "1 bit", "with alpha"],
)
def test_greys(image: Image.Image, grey: int) -> None:
    check(reencode(make.encode(image, "PNG")), (40, 40), *[(grey, grey, grey)] * 4)


def test_sixteen_bits_of_colour() -> None:
    rows = b"".join(b"\x00" + struct.pack(">HHH", 220 * 257, 20 * 257, 20 * 257) * 8 for _row in range(8))
    header = struct.pack(">IIBBBBB", 8, 8, 16, 2, 0, 0, 0)
    parts = (make.chunk(b"IHDR", header), make.chunk(b"IDAT", zlib.compress(rows)), make.chunk(b"IEND", b""))
    check(reencode(b"\x89PNG\r\n\x1a\n" + b"".join(parts)), (8, 8), RED, RED, RED, RED)


# --- refusals -------------------------------------------------------------------------------------------------------

OTHERS = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "html named .jpg": PAGE,
    "pdf": b"%PDF-1.7\n",
    "archive": archive(),
    "gif": make.encode(make.quarters().quantize(8), "GIF"),
    "tiff": make.encode(make.quarters(), "TIFF"),
    "bmp": make.encode(make.quarters(), "BMP"),
    "avif": b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00",
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n",
    "text": b"bonjour",
    "riff of sound": b"RIFF\x04\x00\x00\x00WAVE",
    "page before a jpeg": PAGE + make.encode(make.quarters()),
}


@pytest.mark.parametrize("what", sorted(OTHERS))
def test_anything_else_is_no_photo(what: str) -> None:
    assert refusal(OTHERS[what]) == NO_PHOTO


def test_an_empty_file_is_told() -> None:
    assert refusal(b"") == "Ce fichier est vide : choisissez une photo."


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"mif1"])
def test_heic_is_refused_with_what_to_do(brand: bytes) -> None:
    assert refusal(b"\x00\x00\x00\x18ftyp" + brand + bytes(12)) == (
        "Cette photo est au format HEIC : réglez l'appareil photo du téléphone sur « le plus compatible », "
        "ou enregistrez-la en JPEG."
    )


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9, 0.99])
def test_a_truncated_photo_is_refused(kind: str, share: float) -> None:
    whole = make.encode(make.quarters(), kind)
    assert refusal(whole[: int(len(whole) * share)]) in (DAMAGED, NO_PHOTO)


# Decoders hold the whole of these: nothing is decoded smaller, or row by row.
WHOLE = [make.png_header, make.webp_header, make.progressive_header, make.several_scans]


@pytest.mark.parametrize("make_header", WHOLE)
@pytest.mark.parametrize(("width", "height"), [(12_001, 10), (10, 12_001), (8_001, 5_000), (16_000, 16_000)])
def test_too_many_pixels_are_refused_from_the_header(make_header: Any, width: int, height: int) -> None:
    content = make_header(width, height)
    assert len(content) < 2_000
    assert refusal(content) == (
        f"Cette photo est trop grande ({width} × {height} pixels) : réduisez-la à 12000 pixels de côté "
        "et 40 millions de pixels au plus."
    )


@pytest.mark.parametrize(
    ("width", "height"), [(20_001, 10), (10, 20_001), (16_000, 12_501), (65_535, 65_535)]
)
def test_a_jpeg_larger_than_any_telephone_makes_is_refused(width: int, height: int) -> None:
    assert refusal(make.jpeg_header(width, height)) == (
        f"Cette photo est trop grande ({width} × {height} pixels) : réduisez-la à 20000 pixels de côté "
        "et 200 millions de pixels au plus."
    )


@pytest.mark.parametrize(
    ("sent", "full"),
    [
        ((8_000, 6_000), (1600, 1200)),
        ((8_165, 6_124), (1600, 1200)),
        ((9_248, 6_936), (1600, 1200)),
        ((12_000, 9_000), (1600, 1200)),
        ((12_240, 16_320), (1200, 1600)),
        ((20_000, 10_000), (1600, 800)),
        ((20_000, 16), (1600, 1)),
    ],
)
def test_what_telephones_make_is_taken(sent: tuple[int, int], full: tuple[int, int]) -> None:
    """48, 50, 64, 108 and 200 million pixels, panoramas."""
    grey = (128, 128, 128)
    check(reencode(make.plain_jpeg(*sent)), full, *[grey] * (4 if full[1] > 1 else 0))


def test_a_large_photo_keeps_its_colours_in_their_places() -> None:
    turned = make.after_start(
        make.encode(make.quarters(8_000, 6_000), quality=60),
        make.segment(0xE1, b"Exif\x00\x00" + make.exif(3)),
    )
    check(reencode(turned), (1600, 1200), YELLOW, BLUE, GREEN, RED)


MEASURE = """
import resource, sys
import django
django.setup()
from places.photos import reencode
from tests.places.photo_files import encode, plain_jpeg, quarters
reencode(encode(quarters()))
content = plain_jpeg(int(sys.argv[1]), int(sys.argv[2]))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
reencode(content)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize(("width", "height"), [(16_320, 12_240), (20_000, 10_000), (12_799, 12_799)])
def test_two_hundred_million_pixels_cost_little_memory(width: int, height: int) -> None:
    """Their pixels alone would be 600 MB."""
    command = [sys.executable, "-c", MEASURE, str(width), str(height)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    assert int(done.stdout) < 100_000, f"{done.stdout} kB"


@pytest.mark.parametrize("make_header", [make.png_header, make.jpeg_header])
def test_no_pixels_at_all_are_refused(make_header: Any) -> None:
    assert refusal(make_header(0, 10)) == DAMAGED


def test_a_header_that_promises_more_than_there_is() -> None:
    assert refusal(make.png_header(4_000, 4_000)) == DAMAGED
    assert refusal(make.webp_header(4_000, 4_000)) == DAMAGED


def test_an_exif_bomb_costs_nothing() -> None:
    """Circular directories, thousands of tags that each claim the whole block, in every format, and repeated."""
    bomb = make.exif_bomb()
    piece = make.segment(0xE1, b"Exif\x00\x00" + bomb[:65_000])
    colours = (RED, GREEN, BLUE, YELLOW)
    check(reencode(make.after_start(make.encode(make.quarters()), *[piece] * 100)), (400, 200), *colours)
    png = make.after_header(make.encode(make.quarters(), "PNG"), make.chunk(b"eXIf", bomb * 50))
    check(reencode(png), (400, 200), *colours)
    chunks = make.riff_chunks(make.encode(make.quarters(), "WEBP", exif=make.exif()))
    webp = make.riff(*chunks[:-1], (b"EXIF", bomb * 50))
    check(reencode(webp), (400, 200), *colours)


def test_a_bomb_of_texts_in_a_png_is_never_unpacked() -> None:
    packed = zlib.compress(bytes(200_000_000), 9)
    texts = (
        make.chunk(b"zTXt", b"Comment\x00\x00" + packed),
        make.chunk(b"iTXt", b"XML:com.adobe.xmp\x00\x01\x00\x00\x00" + packed),
    )
    png = make.after_header(make.encode(make.quarters(), "PNG"), *texts)
    check(reencode(png), (400, 200), RED, GREEN, BLUE, YELLOW)


def test_a_bomb_of_colours_in_a_png_is_refused() -> None:
    packed = make.chunk(b"iCCP", b"p\x00\x00" + zlib.compress(bytes(200_000_000), 9))
    assert refusal(make.after_header(make.encode(make.quarters(), "PNG"), packed)) == DAMAGED


def test_pixels_beyond_the_announced_ones_are_never_unpacked() -> None:
    rows = (b"\x00" + bytes(RED) * 8) * 8
    header = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    data = zlib.compress(rows + bytes(200_000_000), 9)
    parts = (make.chunk(b"IHDR", header), make.chunk(b"IDAT", data), make.chunk(b"IEND", b""))
    check(reencode(b"\x89PNG\r\n\x1a\n" + b"".join(parts)), (8, 8), RED, RED, RED, RED)


def test_thousands_of_scans_or_segments_are_refused() -> None:
    assert refusal(make.scan_bomb()) == DAMAGED
    assert (
        refusal(make.after_start(make.encode(make.quarters()), make.segment(0xFE, b"") * 100_000)) == DAMAGED
    )
    png = make.after_header(make.encode(make.quarters(), "PNG"), make.chunk(b"tEXt", b"") * 100_000)
    assert refusal(png) == DAMAGED


def test_two_frames_in_one_jpeg_are_refused() -> None:
    """One size would be checked, the other decoded."""
    jpeg = make.encode(make.quarters(16, 16))
    frame = jpeg.index(b"\xff\xc0")
    again = jpeg[frame : frame + 19]
    assert refusal(jpeg[:frame] + again + jpeg[frame:]) == DAMAGED


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@given(data=st.data())
def test_any_change_of_bytes_gives_a_photo_or_a_sentence(kind: str, data: st.DataObject) -> None:
    content = bytearray(make.encode(make.quarters(32, 32), kind))
    for _change in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    try:
        photo = reencode(bytes(content))
    except PhotoRefusedError as error:
        refused = error
    else:
        assert [name for name, _content in make.riff_chunks(photo.full)] == [b"VP8 "]
        return
    assert refused.sentence


class Endless(io.RawIOBase):
    """An upload of 50 MB that says how much was read of it."""

    taken = 0

    def read(self, size: int = -1) -> bytes:
        assert size >= 0, "the whole was asked for"
        given_bytes = min(size, 50_000_000 - self.taken)
        self.taken += given_bytes
        return b"\xff\xd8\xff" + bytes(given_bytes - 3)


def test_fifty_megabytes_are_refused_without_being_read(settings: Any) -> None:
    upload = Endless()
    assert refusal(upload) == "Cette photo pèse plus de 8 Mo : réduisez-la, puis envoyez-la de nouveau."
    assert upload.taken == settings.MAX_PHOTO_BYTES + 1


def test_the_bound_is_a_setting(settings: Any) -> None:
    content = make.encode(make.quarters())
    settings.MAX_PHOTO_BYTES = len(content)
    assert reencode(content).width == 400
    settings.MAX_PHOTO_BYTES = len(content) - 1
    assert refusal(content).startswith("Cette photo pèse plus de")
