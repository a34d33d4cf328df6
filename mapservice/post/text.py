"""Text fit for an e-mail: no control character, one line where a header or a word is wanted, addresses that are one."""

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

# White space that may separate words of a line; the no-break spaces of French stay.
_SPACE = re.compile(r"[^\S\u00a0\u202f]+")
_EMPTY_LINES = re.compile(r"\n{3,}")
# What an address of ours never holds: the validator lets quoted control characters through.
_FOREIGN = re.compile(r"[\s\"'<>(),:;\\\[\]]")
# Marks that make a line read in another order than it is written.
_REORDERING = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
MAX_SUBJECT = 200
# RFC 5321, section 4.5.3.1.3: a path of 256 characters with its two angle brackets.
MAX_ADDRESS = 254


class Quoted(str):
    """Somebody's words, line by line, each marked as a quotation: they cannot pass for ours."""

    __slots__ = ()


def quote(text: str) -> Quoted:
    """A free text for the context of a mail: its lines are kept, each behind `> `. Empty for an empty text."""
    lines = plain(text).strip().split("\n")
    return Quoted("\n".join(f"> {line}".rstrip() for line in lines) if any(lines) else "")


def plain(text: str) -> str:
    """The text with line feeds as its only line ends, and without control, reordering or unpaired characters."""
    return "".join(
        letter
        for letter in _LINE_ENDS.sub("\n", text)
        if letter == "\n"
        or (unicodedata.category(letter) not in {"Cc", "Cs"} and letter not in _REORDERING)
        or letter == "\t"
    )


def one_line(text: str) -> str:
    """The text on one line, words separated by one space."""
    return _SPACE.sub(" ", plain(text)).strip()


def subject_line(text: str) -> str:
    """The text as a subject of at most MAX_SUBJECT characters."""
    line = one_line(text)
    return line if len(line) <= MAX_SUBJECT else f"{line[: MAX_SUBJECT - 1].rstrip()}…"


def body_text(text: str) -> str:
    """The text as a body: no space at the end of lines, never two empty lines in a row, one line end at the end."""
    lines = "\n".join(line.rstrip() for line in plain(text).split("\n"))
    return _EMPTY_LINES.sub("\n\n", lines).strip("\n") + "\n"


def clean_values(value: Any) -> Any:
    """The value with its strings on one line each; quotations stay, and what is neither text nor a container."""
    if isinstance(value, Quoted):
        return value
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, dict):
        return {name: clean_values(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean_values(item) for item in value]
    return value


def check_address(address: str) -> str:
    """The address, unchanged.

    Raises:
        ValueError: it is not one plain address, or it would write a header.
    """
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValueError("This is not an e-mail address.") from error
    if _FOREIGN.search(address) or not address.isprintable() or len(address) > MAX_ADDRESS:
        raise ValueError("This e-mail address is too long, or holds characters that none of ours does.")
    return address
