"""Every sentence that asks for a translation is found by the tool that collects them."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("frontend", "imports", "mapservice", "mobile_units", "places")
# The names that xgettext looks for beside the functions' own, as makemessages calls it.
KNOWN_AS = {"_"}


def renamed(path: Path) -> list[str]:
    """The names of a module's own for functions of gettext, which the tool does not look for."""
    return [
        alias.asname
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.asname and "gettext" in alias.name and alias.asname not in KNOWN_AS
    ]


def test_functions_of_gettext_keep_names_that_are_looked_for() -> None:
    modules = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    assert len(modules) > 200
    assert {str(path.relative_to(ROOT)): names for path in modules if (names := renamed(path))} == {}
