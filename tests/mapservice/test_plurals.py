"""French says « 0 fiche », « 1 fiche », « 2 fiches »: in the compiled catalogue, and in every sentence of the code."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.utils.translation import ngettext, override, templatize

from mapservice.ops.french_messages import SOURCE, joined, typeset

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("frontend", "imports", "mapservice", "mobile_units", "places")
NAMES = {"ngettext", "ngettext_lazy"}
MESSAGE = re.compile(r'^msgid ((?:"[^\n]*"\n)+)(msgid_plural ((?:"[^\n]*"\n)+))?', re.MULTILINE)
# What Django makes of a template for xgettext.
QUOTED = r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
WRITTEN = re.compile(rf"ngettext\({QUOTED}, *{QUOTED},")


def unescaped(text: str) -> str:
    return str(ast.literal_eval(f'"{text}"'))


def known() -> Iterator[tuple[str, str]]:
    """(sentence, plural or "") of the whole code, as the last `make messages` found them."""
    for one, _whole, many in MESSAGE.findall(SOURCE.read_text(encoding="utf-8")):
        yield unescaped(joined(one)), unescaped(joined(many))


def in_modules() -> Iterator[tuple[str, str]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in NAMES:
                    one, many = (ast.literal_eval(each) for each in node.args[:2])
                    yield one, many


def in_templates() -> Iterator[tuple[str, str]]:
    for room in ROOMS:
        for suffix in ("html", "txt"):
            for path in sorted((ROOT / room / "templates").rglob(f"*.{suffix}")):
                written = templatize(path.read_text(encoding="utf-8"))
                for one, many in WRITTEN.findall(written):
                    yield ast.literal_eval(one), ast.literal_eval(many)


def faults(sentences: set[tuple[str, str]]) -> list[str]:
    with override("fr"):
        return [
            one
            for one, many in sorted(sentences)
            if [ngettext(one, many, count) for count in (0, 1, 2)]
            != [typeset(one), typeset(one), typeset(many)]
        ]


def test_no_plural_of_the_catalogue_is_said_of_none() -> None:
    plurals = {(one, many) for one, many in known() if many}
    assert len(plurals) > 80
    assert faults(plurals) == []


@pytest.mark.parametrize(("found", "least"), [(in_modules, 30), (in_templates, 40)])
def test_every_plural_of_the_code_is_in_the_catalogue(
    found: Callable[[], Iterator[tuple[str, str]]], least: int
) -> None:
    sentences = set(found())
    assert len(sentences) > least
    assert faults(sentences) == []
