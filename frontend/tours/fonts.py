"""The site's own typefaces for PDF: unpacked from the files that browsers get, so that no second copy is kept."""

from functools import cache
from io import BytesIO
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont
from reportlab.pdfbase import pdfmetrics, ttfonts

FOLDER = Path(__file__).resolve().parent.parent / "static" / "frontend" / "fonts"
TEXT, STRONG, TITLE = "Text", "Text-Strong", "Title"
_SOURCES = {
    TEXT: ("atkinson-hyperlegible-next.woff2", 400),
    STRONG: ("atkinson-hyperlegible-next.woff2", 700),
    TITLE: ("young-serif.woff2", None),
}


@cache
def register_fonts() -> None:
    """Makes the three faces known to reportlab, once for each process."""
    for name, (file_name, weight) in _SOURCES.items():
        pdfmetrics.registerFont(ttfonts.TTFont(name, _unpacked(FOLDER / file_name, weight)))


def _unpacked(path: Path, weight: int | None) -> BytesIO:
    """A TrueType file at one weight: PDF knows neither WOFF2 nor variable fonts."""
    font = TTFont(path)
    if weight and "fvar" in font:
        font = instantiateVariableFont(font, {"wght": weight})
        # Inside a PDF two faces are told apart by their PostScript name (6), which the variable font has only once.
        font["name"].setName(f"{path.stem}-{weight}", 6, 3, 1, 0x409)
        font["name"].removeNames(nameID=6, platformID=1)
    font.flavor = None
    unpacked = BytesIO()
    font.save(unpacked)
    unpacked.seek(0)
    return unpacked
