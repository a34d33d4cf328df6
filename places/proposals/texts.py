"""Texts of strangers as they are kept: composed accents, plain spaces, nothing that cannot be seen."""

import unicodedata

# Far above every field of ours: what is longer is refused before it is read.
MAX_RAW = 20_000
# Control, format (reordering, zero width), surrogate and private characters.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co"})
_LINE_ENDS = "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
_SHOWN = 120


def as_line(text: str) -> str:
    """The text on one line, words separated by one space."""
    return " ".join(_seen(text.translate(dict.fromkeys(map(ord, _LINE_ENDS + "\t"), " "))).split())


def as_lines(text: str) -> str:
    """The text line by line, without spaces at the ends; never two empty lines in a row."""
    kept: list[str] = []
    for line in map(as_line, text.splitlines()):
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n")


def _seen(text: str) -> str:
    return unicodedata.normalize(
        "NFC", "".join(letter for letter in text if unicodedata.category(letter) not in _UNSEEN)
    )


def shown(raw: object) -> str:
    """A value as a problem repeats it: short, on one line; what is no plain value is not repeated."""
    if isinstance(raw, bool) or raw is None or not isinstance(raw, str | int | float):
        return ""
    text = (
        raw[: 4 * _SHOWN]
        if isinstance(raw, str)
        else f"{raw:.12g}"
        if isinstance(raw, float)
        else _digits(raw)
    )
    line = as_line(text)
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def _digits(number: int) -> str:
    """Python refuses to write numbers of thousands of digits."""
    return str(number) if abs(number) < 10**18 else ""
