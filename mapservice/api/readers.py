"""Readers of parameters: from the text that a stranger sent to a value that can be trusted, or `Invalid`.

Numbers are read by their written form first: Python's own `int` and `float` take `1_000`, `١٢` and `nan`.
"""

import math
import re
from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext

from mapservice.api.parameters import Invalid, Reader

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?([0-9]{1,20}(\.[0-9]{0,30})?|\.[0-9]{1,30})([eE][+-]?[0-9]{1,3})?")
# Control characters (NUL breaks PostgreSQL's text) and the marks that turn the direction of what follows.
_UNWANTED = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TRUE_FALSE = {"true": True, "false": False}
MAX_LIST_LENGTH = 100


def integer(minimum: int, maximum: int, *, clamp_above: bool = False) -> Reader:
    """A whole number in [minimum, maximum]; with `clamp_above`, what lies above means the maximum."""

    def read(text: str) -> int:
        if not _INTEGER.fullmatch(text) or int(text) < minimum or (int(text) > maximum and not clamp_above):
            sentence = gettext("un nombre entier de %(minimum)s à %(maximum)s est attendu.")
            raise Invalid(sentence % {"minimum": minimum, "maximum": maximum})
        return min(int(text), maximum)

    return read


def to_number(text: str) -> float:
    """A finite decimal number."""
    if not _NUMBER.fullmatch(text) or not math.isfinite(value := float(text)):
        raise Invalid(gettext("un nombre est attendu, avec un point décimal."))
    return value


def number(minimum: float, maximum: float) -> Reader:
    """A finite number in [minimum, maximum]."""

    def read(text: str) -> float:
        value = to_number(text)
        if not minimum <= value <= maximum:
            sentence = gettext("un nombre de %(minimum)s à %(maximum)s est attendu.")
            raise Invalid(sentence % {"minimum": f"{minimum:g}", "maximum": f"{maximum:g}"})
        return value

    return read


def boolean(text: str) -> bool:
    """`true` or `false`, as JSON writes them."""
    if text not in _TRUE_FALSE:
        raise Invalid(gettext("true ou false est attendu."))
    return _TRUE_FALSE[text]


def text(*, max_length: int = 200, min_length: int = 1) -> Reader:
    """Words, without the spaces around them and without control characters."""

    def read(given: str) -> str:
        tidy = given.strip()
        if _UNWANTED.search(tidy):
            raise Invalid(gettext("il contient des caractères de contrôle."))
        if not min_length <= len(tidy) <= max_length:
            sentence = gettext("de %(minimum)s à %(maximum)s caractères sont attendus.")
            raise Invalid(sentence % {"minimum": min_length, "maximum": max_length})
        return tidy

    return read


def pattern(form: str, sentence: str) -> Reader:
    """A text of one written form; `sentence` (French, marked for translation) says which."""
    compiled = re.compile(form, re.ASCII)

    def read(given: str) -> str:
        if not compiled.fullmatch(given):
            raise Invalid(gettext(sentence))
        return given

    return read


def uuid(given: str) -> UUID:
    """A UUID in its usual written form."""
    if not _UUID.fullmatch(given):
        raise Invalid(gettext("un identifiant UUID est attendu."))
    return UUID(given)


def choice(codes: Iterable[str]) -> Reader:
    """One code of a controlled list."""
    known = tuple(codes)

    def read(given: str) -> str:
        if given not in known:
            raise Invalid(_expected(known))
        return given

    return read


def choices(codes: Iterable[str]) -> Reader:
    """Codes of a controlled list, separated by commas; as a frozenset."""
    known = tuple(codes)

    def read(given: str) -> frozenset[str]:
        found = given.split(",", MAX_LIST_LENGTH)
        if not set(found) <= set(known):
            raise Invalid(_expected(known))
        return frozenset(found)

    return read


def _expected(known: Iterable[str]) -> str:
    return gettext("les valeurs possibles sont %(codes)s.") % {"codes": ", ".join(known)}
