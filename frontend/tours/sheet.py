"""An A4 poster for a notice board, drawn by reportlab: big type, the next dates, a QR code. Lengths are points."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import segno
from reportlab.lib.colors import Color, HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from frontend.tours.fonts import STRONG, TEXT, TITLE, register_fonts

WIDTH, HEIGHT = A4
MARGIN = 42.0
BAND = 180.0
FOOT = 150.0
QR = 112.0
FOREST, CREAM, INK, SOFT = HexColor("#0f3a2d"), HexColor("#fdf8ec"), HexColor("#20302a"), HexColor("#55605a")
CHANGED, RULE, MIRABELLE = HexColor("#8b2f1d"), HexColor("#d9cfb8"), HexColor("#f3b93a")


# A typeface and its size.
Face = tuple[str, float]


@dataclass(frozen=True)
class Row:
    """A date: its day, its hours, and what else has to be read (the stop, a change and its reason)."""

    day: str
    hours: str
    note: str = ""
    is_off: bool = False


@dataclass(frozen=True)
class Sheet:
    """What the poster says. `address` is what the QR code holds, `address_words` what is read beside it."""

    heading: str
    title: str
    subtitle: str
    warning: str
    rows: Sequence[Row]
    empty: str
    aboard_title: str
    aboard: str
    invitation: str
    address: str
    address_words: str
    printed: str


def draw(sheet: Sheet) -> bytes:
    """The PDF; the same sheet always gives the same bytes."""
    register_fonts()
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=A4, invariant=1, lang="fr-FR")
    canvas.setTitle(f"{sheet.title} – {sheet.heading}")
    _band(canvas, sheet)
    bottom = FOOT + 24 + _aboard(canvas, sheet)
    if sheet.warning:
        _line(canvas, sheet.warning, (STRONG, 16), HEIGHT - BAND - 24, colour=CHANGED)
    top = HEIGHT - BAND - (40 if sheet.warning else 16)
    _rows(canvas, sheet, top=top, bottom=bottom)
    _foot(canvas, sheet)
    canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _band(canvas: Canvas, sheet: Sheet) -> None:
    canvas.setFillColor(FOREST)
    canvas.rect(0, HEIGHT - BAND, WIDTH, BAND, stroke=0, fill=1)
    _line(
        canvas, sheet.heading, (STRONG, fitting(sheet.heading, STRONG, 19, 11)), HEIGHT - 48, colour=MIRABELLE
    )
    lines, size = _title_lines(sheet.title)
    y = HEIGHT - 64 - size
    for line in lines:
        _line(canvas, line, (TITLE, size), y, colour=CREAM)
        y -= size * 1.08
    subtitle_face = (TEXT, fitting(sheet.subtitle, TEXT, 18, 9))
    _line(canvas, sheet.subtitle, subtitle_face, HEIGHT - BAND + 18, colour=CREAM)


def _title_lines(title: str) -> tuple[list[str], float]:
    """On one line, or on two smaller ones."""
    size = fitting(title, TITLE, 44, 30)
    if stringWidth(title, TITLE, size) <= WIDTH - 2 * MARGIN:
        return [title], size
    return simpleSplit(title, TITLE, 28, WIDTH - 2 * MARGIN)[:2], 28


def _rows(canvas: Canvas, sheet: Sheet, *, top: float, bottom: float) -> None:
    if not sheet.rows:
        _line(canvas, sheet.empty, (STRONG, 22), top - 30)
        return
    shown = sheet.rows[: int((top - bottom) / 40)]
    height = min(58.0, (top - bottom) / len(shown))
    for rank, row in enumerate(shown):
        _row(canvas, row, top - rank * height, height)


def _row(canvas: Canvas, row: Row, top: float, height: float) -> None:
    colour = CHANGED if row.is_off else INK
    baseline = top - (24 if row.note else 30)
    hours_width = stringWidth(row.hours, STRONG, 22)
    day_size = fitting(row.day, STRONG, 23, 14, WIDTH - 2 * MARGIN - hours_width - 16)
    _line(canvas, row.day, (STRONG, day_size), baseline, colour=colour)
    canvas.setFont(STRONG, 22)
    canvas.drawRightString(WIDTH - MARGIN, baseline, row.hours)
    if row.is_off:
        canvas.setStrokeColor(CHANGED)
        canvas.setLineWidth(1.6)
        canvas.line(WIDTH - MARGIN - hours_width, baseline + 7, WIDTH - MARGIN, baseline + 7)
    if row.note:
        _line(canvas, row.note, (TEXT, fitting(row.note, TEXT, 13.5, 8)), baseline - 16, colour=colour)
    canvas.setStrokeColor(RULE)
    canvas.setLineWidth(0.8)
    canvas.line(MARGIN, top - height + 2, WIDTH - MARGIN, top - height + 2)


def _aboard(canvas: Canvas, sheet: Sheet) -> float:
    """Returns the height that it took, above the foot."""
    if not sheet.aboard:
        return 0
    lines = simpleSplit(sheet.aboard, TEXT, 15, WIDTH - 2 * MARGIN)[:4]
    height = len(lines) * 20 + 26.0
    y = FOOT + 10 + height - 20
    _line(canvas, sheet.aboard_title, (STRONG, 17), y, colour=FOREST)
    for rank, line in enumerate(lines, start=1):
        _line(canvas, line, (TEXT, 15), y - 1 - rank * 20)
    return height


def _foot(canvas: Canvas, sheet: Sheet) -> None:
    canvas.setFillColor(CREAM)
    canvas.rect(0, 0, WIDTH, FOOT, stroke=0, fill=1)
    _qr(canvas, sheet.address, MARGIN, (FOOT - QR) / 2)
    left = MARGIN + QR + 22
    room = WIDTH - MARGIN - left
    y = FOOT - 46
    for line in simpleSplit(sheet.invitation, STRONG, 17, room)[:2]:
        _line(canvas, line, (STRONG, 17), y, x=left)
        y -= 22
    size = fitting(sheet.address_words, TEXT, 13, 7, room)
    _line(canvas, sheet.address_words, (TEXT, size), y - 2, x=left)
    printed_face = (TEXT, fitting(sheet.printed, TEXT, 10.5, 6, room))
    _line(canvas, sheet.printed, printed_face, 26, colour=SOFT, x=left)


def _qr(canvas: Canvas, address: str, x: float, y: float) -> None:
    """Drawn as squares: sharp at any size, and no image to load."""
    matrix = segno.make(address, error="m", micro=False).matrix
    module = QR / (len(matrix) + 8)
    canvas.setFillColor(white)
    canvas.rect(x, y, QR, QR, stroke=0, fill=1)
    canvas.setFillColor(HexColor("#000000"))
    for row, values in enumerate(matrix):
        for column, is_dark in enumerate(values):
            if is_dark:
                left, bottom = x + (column + 4) * module, y + QR - (row + 5) * module
                # A hair wider than its place: no white line shows between two squares.
                canvas.rect(left, bottom, module * 1.02, module * 1.02, stroke=0, fill=1)


def _line(canvas: Canvas, text: str, face: Face, y: float, *, colour: Color = INK, x: float = MARGIN) -> None:
    canvas.setFillColor(colour)
    canvas.setFont(*face)
    canvas.drawString(x, y, text)


def fitting(text: str, font: str, size: float, smallest: float, room: float = WIDTH - 2 * MARGIN) -> float:
    """The size at which the text fits the room, not above `size` nor under `smallest`."""
    width = stringWidth(text, font, size)
    return size if width <= room else max(smallest, size * room / width)
