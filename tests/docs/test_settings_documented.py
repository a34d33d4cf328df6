"""docs/running.md names every variable that the settings read, once, and no other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READERS = {"text", "integer", "number", "boolean", "items", "url", "box", "rate", "email_server", "secret"}


def variables_read() -> Iterator[str]:
    """The first argument of each call of a reader of mapservice.settings.env."""
    for module in sorted((ROOT / "mapservice" / "settings").glob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "env"
                and node.func.attr in READERS
            ):
                argument = node.args[0]
                assert isinstance(argument, ast.Constant), f"{module.name}: a variable without a fixed name"
                yield str(argument.value)


def variables_documented() -> list[str]:
    text = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    return re.findall(r"^\| `([A-Z][A-Z0-9_]*)` \|", text, re.MULTILINE)


def test_every_variable_is_documented_once() -> None:
    documented = variables_documented()
    assert sorted(documented) == sorted(set(variables_read()))


def test_readers_are_all_looked_for() -> None:
    """A reader added to env.py must be added to this test, or its variables would go unseen."""
    module = ast.parse((ROOT / "mapservice" / "settings" / "env.py").read_text(encoding="utf-8"))
    functions = {
        node.name
        for node in module.body
        if isinstance(node, ast.FunctionDef) and node.args.args[0].arg == "name"
    }
    assert {name for name in functions if not name.startswith("_")} == READERS


def test_files_that_the_page_links_exist() -> None:
    text = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)\)", text):
        assert (ROOT / "docs" / target).is_file(), target
