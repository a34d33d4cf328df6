"""Multi-valued cells: controlled lists, in today's words and in those of the schema's early forms."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices

from imports.cleaners.texts import clean_text
from imports.pipeline.records import Finding

MAX_ITEMS = 60
# `|` in the standard, `;` in its first version and README, `, ` in early files; a comma in brackets belongs to the words.
_SEPARATORS = re.compile(r"[|;\n]|,(?![^(]*\))")


def key(text: str) -> str:
    """What makes two spellings of a controlled value the same: no case, accent, apostrophe nor explanation after ` :`."""
    head = re.split(r"\s+:(?:\s|$)", text, maxsplit=1)[0]
    straight = head.replace("’", "'")
    plain = unicodedata.normalize("NFKD", straight).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z0-9+]+", plain))


@dataclass(frozen=True)
class Vocabulary:
    """A column's words: each leads to (field, code) pairs, of its own field or of another one; none means "say nothing"."""

    field: str
    words: Mapping[str, tuple[tuple[str, str], ...]]
    # Where a word that no list knows is kept as it is; empty: it is only reported.
    keep_unknown_in: str = ""


def vocabulary(
    name: str,
    choices: type[TextChoices],
    early: Mapping[str, Iterable[tuple[str, str]]] | None = None,
    *,
    keep_unknown_in: str = "",
) -> Vocabulary:
    """The labels of `choices`, which are the standard's exact values, then the early words."""
    words: dict[str, tuple[tuple[str, str], ...]] = {
        key(str(label)): ((name, str(code)),) for code, label in choices.choices
    }
    words |= {key(word): tuple(targets) for word, targets in (early or {}).items()}
    return Vocabulary(name, words, keep_unknown_in)


@dataclass
class Collected:
    """Codes by field, in the order of the file, and what is to say. Words of which none is known are not readable."""

    codes: dict[str, list[str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    is_readable: bool = True

    def add(self, name: str, code: str) -> None:
        codes = self.codes.setdefault(name, [])
        if code not in codes:
            codes.append(code)


def split_items(text: str) -> list[str]:
    """The parts of a multi-valued cell."""
    return [item.strip() for item in _SEPARATORS.split(text) if item.strip()][:MAX_ITEMS]


def as_cell(raw: Any) -> Any:
    """A JSON list of texts is the same as a cell that joins them."""
    if isinstance(raw, list) and all(isinstance(item, str) for item in raw):
        return "|".join(raw)
    return raw


def clean_list(raw: Any, words: Vocabulary, column: str) -> Collected:
    """The codes that the cell gives, for the column's own field and for others."""
    text, findings = clean_text(as_cell(raw), limit=5000)
    found = Collected(findings=findings)
    items = split_items(text or "")
    known = [item for item in items if collect(item, words, found, column)]
    found.is_readable = text is not None and (bool(known) or not items)
    return found


def collect(item: str, words: Vocabulary, found: Collected, column: str) -> bool:
    """Adds one word to what was found; says whether it is known."""
    targets = words.words.get(key(item))
    if targets is not None:
        for name, code in targets:
            found.add(name, code)
        return True
    if words.keep_unknown_in:
        found.add(words.keep_unknown_in, item[:150])
        return True
    found.findings.append(Finding("value_unknown", item, column))
    return False


def in_order(codes: Iterable[str], choices: type[TextChoices]) -> list[str]:
    """Codes in the order of their list, so that two spellings of one content are equal."""
    wanted = set(codes)
    return [code for code in choices.values if code in wanted]
