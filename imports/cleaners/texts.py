"""Free texts: one line or several, without HTML, control characters nor spreadsheet formulas."""

import html
import re
import unicodedata
from html.parser import HTMLParser
from typing import Any

from imports.pipeline.records import Finding

# No cell of ours is longer: the rest is not even looked at.
MAX_CELL = 20_000

_TAG = re.compile(r"<\s*/?\s*[a-zA-Z!]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,30});")
# Control, format and private characters; line breaks and tabs are spaces to us.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufffe\uffff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
# A spreadsheet runs what starts with = or @; a plus or a minus starts honest telephones and texts.
_FORMULA = re.compile(r"\s*(?:=|@\w+\(|[+-]\w+\()")
_BLOCKS = frozenset({"br", "p", "div", "li", "ul", "ol", "tr", "h1", "h2", "h3", "h4"})
_HIDDEN = frozenset({"script", "style", "template", "iframe", "noscript"})


class _TextOnly(HTMLParser):
    """Collects what a reader would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.hidden = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self.hidden and tag in _HIDDEN:
            self.hidden = tag
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == self.hidden:
            self.hidden = ""
        if tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def visible_text(markup: str) -> str:
    """The text of an HTML fragment, whatever its mistakes."""
    parser = _TextOnly()
    parser.feed(markup)
    parser.close()
    return "".join(parser.parts)


def without_markup(text: str) -> str:
    """The text without tags nor entities. Two rounds: files hold HTML escaped once too often."""
    for _round in range(2):
        if _TAG.search(text):
            text = visible_text(text)
        elif _ENTITY.search(text):
            text = html.unescape(text)
    return visible_text(text) if _TAG.search(text) else text


def squeeze(text: str, *, lines: bool) -> str:
    """Single spaces; with `lines`, single line breaks too."""
    if not lines:
        return " ".join(text.split())
    kept = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in kept if line)


def as_text(raw: Any) -> str | None:
    """A cell as text: numbers lose a useless `.0`; None when it is a list or an object."""
    if raw is None or isinstance(raw, str):
        return (raw or "")[:MAX_CELL]
    if isinstance(raw, bool):
        return "oui" if raw else "non"
    if isinstance(raw, int):
        return str(raw)
    if isinstance(raw, float):
        return str(int(raw)) if raw.is_integer() and abs(raw) < 1e15 else repr(raw)
    return None


def clean_text(raw: Any, *, limit: int, lines: bool = False) -> tuple[str | None, list[Finding]]:
    """A text of at most `limit` characters; None when the cell holds something else than a text."""
    text = as_text(raw)
    if text is None:
        return None, [Finding("not_text", str(type(raw).__name__))]
    findings: list[Finding] = []
    visible = _SURROGATE.sub("", _INVISIBLE.sub("", text))
    if visible != text:
        findings.append(Finding("characters_removed"))
    bare = without_markup(visible)
    if bare != visible:
        findings.append(Finding("html_removed"))
    if _FORMULA.match(bare):
        return None, [*findings, Finding("formula", bare)]
    return cut(tidy(bare, lines=lines), limit, findings), findings


def tidy(text: str, *, lines: bool) -> str:
    """Composed accents, single spaces, and nothing invisible left by entities."""
    return squeeze(_SURROGATE.sub("", _INVISIBLE.sub("", unicodedata.normalize("NFC", text))), lines=lines)


def cut(text: str, limit: int, findings: list[Finding]) -> str:
    """Shortened at a word, with an ellipsis, when it is too long for its field."""
    if len(text) <= limit:
        return text
    findings.append(Finding("text_cut", text, str(limit)))
    head = text[: limit - 1]
    return f"{(head.rsplit(None, 1)[0] if ' ' in head[-40:] else head).rstrip()}…"
